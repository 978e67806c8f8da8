package io.stranded.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.testing.Profiles;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of threads that were left behind. */
class LeakTextTest {
  /** As two looks at one place may prove them. */
  @Test
  void threadsOfTwoFindingsAtOnePlaceAreAllNamed() {
    LeakReport report =
        new LeakReport("a test", List.of(stranded("first", 7), stranded("second", 8)), List.of());
    assertThat(report.text())
        .contains("a test leaves 2 threads behind, which can never run again")
        .contains("\"first\" #7", "\"second\" #8");
  }

  private static ThreadLeak stranded(String name, long id) {
    Finding its =
        Profiles.latchFinding("0123456789abcdef")
            .of(List.of(new FoundThread(name, id, false, Optional.empty())));
    LiveThread thread =
        new LiveThread(
            name,
            id,
            /* virtual= */ false,
            "main",
            "java.lang.Thread",
            "shop.Work",
            Thread.State.WAITING,
            its.stack(),
            /* createdBy= */ List.of(),
            "a test");
    return new ThreadLeak(thread, ThreadLeak.Kind.STRANDED, Optional.of(its));
  }
}
