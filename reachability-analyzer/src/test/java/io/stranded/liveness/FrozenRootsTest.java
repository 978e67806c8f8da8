package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a dump may hide is no doubt where a frozen image has decided; all else stays one. */
class FrozenRootsTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";

  @TempDir Path directory;
  private final DumpBuilder dump = new DumpBuilder();
  private long future;

  @BeforeEach
  void waitsOnWhatOnlyAnUnheldObjectHolds() {
    dump.type(FUTURE, "java.lang.Object", "state:int")
        .type("app.Garbage", "java.lang.Object")
        .type("app.Holder", "java.lang.Object", "future:ref");
    future = dump.object(FUTURE, Map.of());
    dump.thread("waiter").parkedOn(future);
    dump.object("app.Holder", Map.of("future", future));
    for (int i = 0; i < 100; i++) {
      dump.object("app.Garbage", Map.of());
    }
    dump.thread("running").frame("app.Task", "run");
  }

  @ParameterizedTest
  @EnumSource(names = "FROZEN", mode = EnumSource.Mode.EXCLUDE)
  void dumpLeavesUnexplainedHoldersInDoubt(RootPrecision roots) throws IOException {
    assertThat(analyzed(roots).findings())
        .extracting(Finding::verdict)
        .containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void frozenImageHidesNothing() throws IOException {
    LeakProfile profile = analyzed(RootPrecision.FROZEN);
    assertThat(profile.findings()).extracting(Finding::verdict).containsExactly(Verdict.LEAKED);
    assertThat(profile.notes()).noneMatch(note -> note.contains("roots"));
    assertThat(profile.dump().orElseThrow().roots()).isEqualTo(RootPrecision.FROZEN);
  }

  @Test
  void whatLivesInAFrozenImageIsNoFinding() throws IOException {
    dump.root(future);
    assertThat(analyzed(RootPrecision.FROZEN).findings()).isEmpty();
  }

  private LeakProfile analyzed(RootPrecision roots) throws IOException {
    Path file = dump.writeTo(directory.resolve("heap.hprof"));
    ThreadFacts facts =
        new ThreadFacts() {
          @Override
          public RootPrecision roots() {
            return roots;
          }

          @Override
          public Steadiness steadiness(long threadId) {
            return Steadiness.STEADY;
          }
        };
    return new LeakAnalyzer().facts(facts).analyze(file);
  }
}
