package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Findings that a tool writes back into the recording of the JVM they are about. */
class LeakHandOverIT {
  private static final List<String> FINDING =
      List.of(
          "cause=LATCH_NEVER_COUNTED_DOWN",
          "confidence=PROVEN",
          "fingerprint=0123456789abcdef",
          "threadId=42",
          "threadName=größer",
          "threads=3",
          "blockerClass=java.util.concurrent.CountDownLatch",
          "summary=3 threads wait for a latch",
          "pinnedBytes=1024",
          "creationStack=a.B.c(B.java:1)\\na.B.main(B.java:2)");

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void findingIsPrintedFromTheRecording(Jdk jdk, @TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("leak, no. 1.properties"), FINDING);
    try (Target target = Target.startWithAgent(jdk, "period=50ms")) {
      assertThat(target.handOver(file)).isEqualTo("written");

      Path recording = directory.resolve("with-leak.jfr");
      target.jvm().jcmd("JFR.dump", "name=first", "filename=" + recording);

      assertThat(print(jdk, recording))
          .contains("stranded.ThreadLeak {")
          .contains("cause = \"LATCH_NEVER_COUNTED_DOWN\"")
          .contains("threadName = \"größer\"")
          .contains("threads = 3")
          .contains("pinnedBytes = 1.0 kB")
          .contains("a.B.main(B.java:2)");
      assertThat(file).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void findingThatCannotBeWrittenIsRefused(Jdk jdk, @TempDir Path directory) throws IOException {
    Path good = Files.write(directory.resolve("good"), FINDING);
    Path partial = Files.write(directory.resolve("partial"), FINDING.subList(1, FINDING.size()));
    Path bad = Files.write(directory.resolve("bad"), FINDING);
    Files.writeString(bad, Files.readString(bad).replace("threads=3", "threads=none"));
    try (Target target = Target.start(jdk)) {
      assertThat(target.handOver(good)).isEqualTo("failed: the agent is not running");
      target.attach("");
      assertThat(target.handOver(good)).isEqualTo("failed: no recording wants stranded.ThreadLeak");
      assertThat(target.handOver(partial)).isEqualTo("failed: " + partial + ": cause is missing");
      assertThat(target.handOver(bad)).isEqualTo("failed: " + bad + ": threads is none");
      assertThat(target.handOver(directory.resolve("none"))).endsWith(": there is no such file");
      target.attach("disable");
      assertThat(target.handOver(good)).isEqualTo("failed: the agent is not running");
      assertThat(target.jvm().output()).containsExactly("READY");
    }
  }

  private static String print(Jdk jdk, Path recording) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                jdk.home().resolve("bin/jfr").toString(),
                "-J-Dfile.encoding=UTF-8",
                "-J-Dstdout.encoding=UTF-8",
                "print",
                "--events",
                "stranded.ThreadLeak",
                recording.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return printed;
  }
}
