package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextLookTest {
  private static final String WHY = "--dump-interval is 300 s";

  private final List<String> log = new ArrayList<>();
  private final NextLook next = new NextLook(log::add);

  @Test
  void itIsSaidOnceWhenItIsDueAndWhy() {
    next.waits("heap dump of 7", 39, Duration.ofMillis(286_200), WHY);
    next.waits("heap dump of 7", 40, Duration.ofSeconds(280), WHY);
    assertThat(log)
        .containsExactly(
            "the next heap dump of 7 is due in 287 s: 39 threads are to be judged by it, and "
                + WHY);
  }

  @Test
  void eachLookIsSaidAgain() {
    next.waits("heap dump of 7", 1, Duration.ofSeconds(100), WHY);
    next.comes();
    next.waits("heap dump of 7", 1, Duration.ofSeconds(100), WHY);
    assertThat(log).hasSize(2);
  }

  @Test
  void whatComesAtOnceIsNoNews() {
    next.waits("snapshot of 7", 1, Duration.ofSeconds(2), WHY);
    assertThat(log).isEmpty();
  }
}
