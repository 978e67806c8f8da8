package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.corpus.ClassInitialization;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.report.TextReport;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaks are told as what they are, in words of a bounded length. */
class MisnamedLeaksTest {
  private static final int CHAIN = 20_000;
  private static final int LONGEST_NOTE = 4_000;

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @Test
  void longWayIsCutWithItsCount() throws IOException {
    String finalizer = "java.lang.ref.Finalizer";
    String future = "java.util.concurrent.FutureTask";
    DumpBuilder dump =
        new DumpBuilder()
            .type(future, "java.lang.Object", "state:int")
            .type(finalizer, "java.lang.Object", "next:ref")
            .type("app.Statics", "java.lang.Object", "static first:ref");
    long blocker = dump.object(future, Map.of());
    long first = blocker;
    for (int i = 0; i < CHAIN; i++) {
      first = dump.object(finalizer, Map.of("next", first));
    }
    dump.staticField("app.Statics", "first", first).root(dump.classId("app.Statics"));
    dump.thread("waiter").parkedOn(blocker);
    String note = explained(dump.writeTo(directory.resolve("chain.hprof")), "waiter");
    assertThat(note)
        .hasSizeLessThan(LONGEST_NOTE)
        .contains("app.Statics.first")
        .endsWith(future)
        .containsPattern("(19[,.]?9|20[,.]?0)\\d\\d");
  }

  @Test
  void articleIsThatOfTheName() throws IOException {
    String pool = "org.jboss.threads.EnhancedQueueExecutor";
    DumpBuilder dump = new DumpBuilder().type(pool, "java.lang.Object");
    dump.thread("worker").parkedOn(dump.object(pool, Map.of())).frame(pool + "$ThreadBody", "run");
    Path file = dump.writeTo(directory.resolve("article.hprof"));
    assertThat(new LeakAnalyzer().analyze(file).findings())
        .singleElement()
        .satisfies(f -> assertThat(f.summary()).contains("an EnhancedQueueExecutor"));
  }

  @Test
  void threadWithoutANameIsNamedByItsNumber() {
    Finding named = Profiles.latchFinding("0123456789abcdef");
    Finding unnamed =
        new Finding(
            named.fingerprint(),
            named.verdict(),
            named.confidence(),
            named.cause(),
            named.summary(),
            named.blockedOn(),
            List.of(new FoundThread("", 4242, /* virtual= */ true, Optional.empty())),
            named.pinnedBytes(),
            named.stack(),
            named.createdBy(),
            named.evidence());
    assertThat(TextReport.of(Profiles.profile("a", List.of(unnamed)), false))
        .contains("4242")
        .doesNotContain("\"\"");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void waitForTheInitializationOfAClassIsNoRunning(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(ClassInitialization.class.getName()))) {
      Path dump = jvm.heapDump(directory.resolve("dump.hprof"));
      for (String name : List.of("live/clinit-left", "live/clinit-right")) {
        assertThat(explained(dump, name)).contains("initialize");
      }
      LeakProfile profile = new LeakAnalyzer().analyze(dump);
      assertThat(profile.findings())
          .singleElement()
          .satisfies(f -> assertThat(f.verdict()).isEqualTo(Verdict.INCONCLUSIVE));
      assertThat(profile.notes())
          .filteredOn(note -> note.startsWith("nothing is proved while a live thread"))
          .singleElement()
          .satisfies(
              note ->
                  assertThat(note)
                      .contains("\"live/clinit-left\" in " + ClassInitialization.class.getName())
                      .contains("\"live/clinit-right\"")
                      .contains("\"live/clinit-slow\"")
                      .contains("Thread.print"));
    }
  }

  private static String explained(Path dump, String thread) throws IOException {
    return new LeakAnalyzer()
        .explain(thread).analyze(dump).notes().stream()
            .filter(note -> note.startsWith("\"" + thread + "\""))
            .findFirst()
            .orElseThrow();
  }
}
