package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.internal.trend.StartPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which places start ever more threads; one more comes every second, and a look is taken then. */
class GrowingPlacesTest {
  private static final StartPlace PLACE = new StartPlace("app.Main.grow", "app.Main.grow");
  private static final List<String> CREATOR = List.of("app.Main.grow(Main.java:3)");
  private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");
  private static final int SECONDS = 120;

  private final GrowingPlaces growing = new GrowingPlaces(Duration.ofSeconds(1));
  private final Map<Long, String> names = new HashMap<>();
  private List<Finding> last = List.of();

  @Test
  void placeThatStartsEverMoreOfWhichNoneEndsGrows() {
    Set<Long> living = new HashSet<>();
    for (long i = 0; i < SECONDS; i++) {
      living.add(i);
      look(i, living, List.of());
    }
    assertThat(last).hasSize(1);
    assertThat(last.get(0).cause()).isEqualTo(Cause.GROWING);
    assertThat(last.get(0).threads()).hasSize(SECONDS);
    assertThat(last.get(0).createdBy()).isEqualTo(CREATOR);
  }

  @Test
  void placeOfWhichSomeEndOrThatHasStartedAllDoesNot() {
    Set<Long> living = new HashSet<>();
    for (long i = 0; i < SECONDS; i++) {
      living.add(2 * i);
      living.add(2 * i + 1);
      living.remove(2 * i - 20);
      look(i, living, List.of());
      assertThat(last).isEmpty();
    }
    Set<Long> pool = new HashSet<>();
    for (long i = SECONDS; i < 2 * SECONDS; i++) {
      pool.add(Math.min(i, SECONDS + 10));
      look(i, pool, List.of());
      assertThat(last).isEmpty();
    }
  }

  @Test
  void threadsThatAreToldWithAnotherCauseAreNotToldAgain() {
    Set<Long> living = new HashSet<>();
    for (long i = 0; i < SECONDS; i++) {
      living.add(i);
      look(i, living, List.of());
    }
    assertThat(last).hasSize(1);
    List<Finding> told = List.of(last.get(0).withEvidence(List.of("they sleep for ever")));
    look(SECONDS, living, told);
    assertThat(last).isEmpty();
  }

  private void look(long second, Set<Long> living, List<Finding> others) {
    living.forEach(id -> names.put(id, "loop"));
    last =
        growing.find(
            START.plusSeconds(second),
            Map.of(PLACE, Set.copyOf(living)),
            names,
            others,
            id -> CREATOR);
  }
}
