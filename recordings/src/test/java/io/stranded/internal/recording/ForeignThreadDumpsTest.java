package io.stranded.internal.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.internal.recording.programs.Leaks;
import io.stranded.liveness.ThreadFacts;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thread dumps of every tool, as consoles and redirections left them. */
final class ForeignThreadDumpsTest {
  private static final String DUMP =
      """
      2026-11-28 10:00:00
      Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode):

      "r\u00e9publique" #21 prio=5 os_prio=0 cpu=0.31ms elapsed=3.20s tid=0x0 nid=0x1 waiting  [0x0]
         java.lang.Thread.State: TIMED_WAITING (sleeping)
      \tat app.Main.own(Main.java:2)
      \t- locked <0x000000071ab> (a app.Lock)

      "waiter" #22 prio=5 os_prio=0 cpu=0.31ms elapsed=3.20s tid=0x0 nid=0x1 waiting  [0x0]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat app.Main.enter(Main.java:3)
      \t- waiting to lock <0x000000071ab> (a app.Lock)
      """;

  @TempDir Path directory;

  @Test
  void textOfEveryEncodingIsRead() throws IOException {
    for (byte[] bytes :
        List.of(
            DUMP.getBytes(UTF_8),
            marked(UTF_8, 0xef, 0xbb, 0xbf),
            marked(UTF_16LE, 0xff, 0xfe),
            marked(UTF_16BE, 0xfe, 0xff),
            DUMP.getBytes(UTF_16LE),
            DUMP.getBytes(ISO_8859_1))) {
      ThreadFacts facts = read(bytes);
      assertThat(facts.monitorOwner(22)).hasValue(21);
      assertThat(facts.monitorType(22)).contains("app.Lock");
      assertThatCode(() -> facts.about(Instant.now(), Map.of(21L, "r\u00e9publique")))
          .as("the name is whole")
          .doesNotThrowAnyException();
    }
  }

  @Test
  void lastOfSeveralDumpsInOneFileCounts() throws IOException {
    String earlier = DUMP.replace("#22", "#23").replace("10:00:00", "09:59:00");
    ThreadFacts facts = read((earlier + "\n" + DUMP).getBytes(UTF_8));
    assertThat(facts.monitorOwner(22)).hasValue(21);
    assertThat(facts.monitorOwner(23)).isEmpty();
    String json = filed(1, "\"22\"", "");
    assertThat(read((filed(1, "\"23\"", "") + json).getBytes(UTF_8)).monitorOwner(22)).hasValue(21);
    String text = filedText("22");
    ThreadFacts last = read((filedText("23") + text).getBytes(UTF_8));
    assertThat(last.stack(22)).contains(List.of("app.Main.enter(Main.java:3)"));
    assertThat(last.stack(23)).as("a thread that has ended").isEmpty();
  }

  @Test
  void dumpOfAnotherJvmIsNoticed() throws IOException {
    ThreadFacts facts = read(DUMP.getBytes(UTF_8));
    assertThatCode(() -> facts.about(Instant.now(), Map.of(21L, "renamed", 22L, "waiter")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> facts.about(Instant.now(), Map.of(21L, "main", 22L, "Finalizer")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(
            "is not of the JVM that was dumped: of the threads with ids that both have, 0 have one"
                + " name and 2 have two");
  }

  @Test
  void comingFormatOfTheJdkIsRead() throws IOException {
    for (String dump :
        List.of(
            filed(1, "\"22\"", ""),
            filed(2, "22", "\"parkBlocker\": {\"object\": \"app.Sync@1\", \"owner\": 21},"))) {
      ThreadFacts facts = read(dump.getBytes(UTF_8));
      assertThat(facts.monitorOwner(22)).hasValue(21);
      assertThat(facts.stack(22)).contains(List.of("app.Main.enter(Main.java:3)"));
    }
  }

  @Test
  void dumpOfTheActuatorIsRead() throws IOException {
    String json =
        """
        {"threads": [
          {"threadName": "waiter", "threadId": 22, "threadState": "BLOCKED", "lockOwnerId": 21,
           "lockInfo": {"className": "app.Lock", "identityHashCode": 255},
           "stackTrace": [
             {"className": "app.Main", "methodName": "enter", "fileName": "Main.java", "lineNumber": 3,
              "nativeMethod": false}]},
          {"threadName": "owner", "threadId": 21, "threadState": "RUNNABLE", "lockOwnerId": -1,
           "lockInfo": null, "stackTrace": []}]}
        """;
    ThreadFacts facts = read(json.getBytes(UTF_8));
    assertThat(facts.monitorOwner(22)).hasValue(21);
    assertThat(facts.monitorType(22)).contains("app.Lock");
    assertThat(facts.stack(22)).contains(List.of("app.Main.enter(Main.java:3)"));
  }

  @Test
  void whatIsNoThreadDumpIsNamed() {
    refused("JAVA PROFILE 1.0.2", "found a heap dump: stranded analyze takes it");
    refused("FLR\0\0\2\0\0", "found a flight recording: stranded replay");
    refused("hello", "no thread found in it");
    refused(
        "Full thread dump Java HotSpot(TM)\n\n\"main\" prio=10 tid=0x00 nid=0x1 runnable\n",
        "none of its threads has an id, as those of JDK 7");
  }

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void everyDumpOfTheJdkIsRead(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(Leaks.class.getName(), "leaking"))) {
      Path printed = Files.writeString(directory.resolve("p.txt"), jvm.jcmd("Thread.print", "-l"));
      ThreadFacts expected = ThreadDumpFacts.read(printed);
      Assumptions.assumeTrue(jdk.feature() >= 21, "Thread.dump_to_file came with 21");
      Path text = directory.resolve("t.txt");
      Path json = directory.resolve("t.json");
      jvm.jcmd("Thread.dump_to_file", text.toString());
      jvm.jcmd("Thread.dump_to_file", "-format=json", json.toString());
      boolean[] compared = {false};
      for (long id = 1; id < 100; id++) {
        List<String> latch = expected.stack(id).orElse(List.of());
        if (latch.stream().anyMatch(frame -> frame.contains("awaitLatch"))) {
          compared[0] = true;
          assertThat(ThreadDumpFacts.read(text).stack(id).orElseThrow())
              .hasSameSizeAs(ThreadDumpFacts.read(json).stack(id).orElseThrow())
              .anyMatch(frame -> frame.contains("awaitLatch"));
        }
      }
      assertThat(compared[0]).isTrue();
    }
  }

  private static String filedText(String id) {
    return """
    4711
    2026-11-28T10:00:00.033597217Z
    25.0.3+9-LTS

    #%s "waiter" WAITING 2026-11-28T10:00:00.060931608Z
        at app.Main.enter(Main.java:3)

    """
        .formatted(id);
  }

  private static String filed(int version, String blocked, String more) {
    return """
    {"threadDump": {"formatVersion": %d, "processId": 7, "threadContainers": [{"threads": [
      {"tid": 21, "name": "owner", "stack": ["app.Main.own(Main.java:2)"],
       "monitorsOwned": [{"depth": 0, "locks": ["app.Lock@ff"]}]},
      {"tid": %s, "name": "waiter", %s "blockedOn": "app.Lock@ff",
       "stack": ["app/app.Main.enter(Main.java:3)"]}]}]}}
    """
        .formatted(version, blocked, more);
  }

  private void refused(String content, String reason) {
    assertThatThrownBy(() -> read(content.getBytes(ISO_8859_1)))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessageContaining(reason);
  }

  private ThreadFacts read(byte[] bytes) throws IOException {
    return ThreadDumpFacts.read(Files.write(directory.resolve("threads"), bytes));
  }

  private static byte[] marked(Charset charset, int... mark) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b : mark) {
      bytes.write(b);
    }
    bytes.writeBytes(DUMP.getBytes(charset));
    return bytes.toByteArray();
  }
}
