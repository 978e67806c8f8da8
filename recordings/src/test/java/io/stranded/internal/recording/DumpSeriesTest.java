package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.SyncObject;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several thread dumps of one JVM in one file, beside a heap dump. */
final class DumpSeriesTest {
  @TempDir Path directory;

  @Test
  void waitSeenInSeveralDumpsIsEvidence() throws IOException {
    assertThat(evidence(dump("10:00:00", "1.00", 60), dump("10:05:00", "1.00", 360)))
        .containsExactly(
            "known before",
            "1 seen in the same wait in the thread dumps from 2026-11-28 10:00:00 to 2026-11-28"
                + " 10:05:00, without using CPU time");
    assertThat(
            evidence(
                dump("10:05:00", "1.00", 360),
                dump("10:00:00", "0.50", 60),
                dump("10:02:00", "1.00", 180)))
        .as("in any order")
        .anyMatch(line -> line.contains("from 2026-11-28 10:02:00 to 2026-11-28 10:05:00"));
  }

  @Test
  void threadThatRanBetweenTheDumpsIsSaidTo() throws IOException {
    assertThat(evidence(dump("10:00:00", "1.00", 60), dump("10:05:00", "2.00", 360)))
        .contains(
            "1 seen to wait in the same place in several thread dumps, and to have run in between");
  }

  @Test
  void oneDumpOrAnotherJvmsOrAnotherPlaceTellsNothingMore() throws IOException {
    String last = dump("10:05:00", "1.00", 360);
    assertThat(evidence(last)).containsExactly("known before");
    assertThat(evidence(dump("10:00:00", "1.00", 9000), last))
        .as("its threads are older than they can be")
        .containsExactly("known before");
    assertThat(evidence(dump("10:00:00", "1.00", 60), last.replace("Main.java", "Other.java")))
        .containsExactly("known before");
    assertThat(
            evidence(
                dump("10:00:00", "1.00", 60).replaceAll(" cpu=\\S+", ""),
                last.replaceAll(" cpu=\\S+", "")))
        .as("of a JVM that tells no CPU time")
        .containsExactly("known before");
  }

  @Test
  void whatWasUnknownStaysSo() throws IOException {
    ThreadFacts facts = read(dump("10:00:00", "1.00", 60), dump("10:05:00", "1.00", 360));
    assertThat(ThreadDumpFacts.complete(profile(), facts).unknowns()).containsExactly("a doubt");
  }

  private static String dump(String time, String cpu, int elapsed) {
    return """
    4711:
    2026-11-28 %s
    Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode):

    "waiter" #22 prio=5 os_prio=0 cpu=%sms elapsed=%d.20s tid=0x0 nid=0x1 waiting  [0x0]
       java.lang.Thread.State: WAITING (parking)
    \tat app.Main.await(Main.java:3)
    \t- parking to wait for  <0x000000071ab> (a app.Sync)

    """
        .formatted(time, cpu, elapsed);
  }

  private List<String> evidence(String... dumps) throws IOException {
    return ThreadDumpFacts.complete(profile(), read(dumps)).findings().get(0).evidence();
  }

  private ThreadFacts read(String... dumps) throws IOException {
    return ThreadDumpFacts.read(
        Files.writeString(directory.resolve("threads.txt"), String.join("", dumps)));
  }

  private static LeakProfile profile() {
    List<FoundThread> threads =
        Stream.of(22L, 23L)
            .map(id -> new FoundThread("t" + id, id, false, Optional.empty()))
            .toList();
    Finding finding =
        new Finding(
            "f",
            Verdict.INCONCLUSIVE,
            Optional.empty(),
            Cause.BARE_PARK,
            "2 threads",
            new SyncObject("", "bare-park", Map.of()),
            threads,
            0,
            List.of("app.Main.await(Main.java:3)", "app.Main$$Lambda$1+0x1.run(Unknown Source)"),
            List.of(),
            List.of("known before"));
    return new LeakProfile(
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            ThreadCounts.of(2, 2, List.of(finding)),
            List.of(finding),
            List.of())
        .withUnknowns(List.of("a doubt"));
  }
}
