package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.Suspect;
import io.stranded.internal.timeline.WaitPlace;
import io.stranded.watch.SeenThread.Doing;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is asked about who holds what it waits on, and for how long the answer counts. */
class HoldersTest {
  private static final Instant FIRST = Instant.parse("2026-11-28T12:00:00Z");
  private static final Instant LATER = FIRST.plusSeconds(60);

  private final Holders holders = new Holders();

  @Test
  void theOneThatWaitsLongestIsAskedAboutOnce() {
    List<Suspect> suspects = List.of(group("a", FIRST, 1, 2), group("b", FIRST, 3));
    assertThat(holders.wanted(suspects)).containsExactlyInAnyOrder(1L, 3L);
    holders.told(suspects, Set.of(1L, 3L), Map.of(1L, "class shop.Audit.QUEUE"));
    assertThat(holders.wanted(suspects)).isEmpty();
    assertThat(holders.of(seen(1, FIRST))).contains("class shop.Audit.QUEUE");
    assertThat(holders.of(seen(3, FIRST))).isEmpty();
  }

  @Test
  void anotherWaitOfTheSameThreadIsAskedAboutAnew() {
    List<Suspect> suspects = List.of(group("a", FIRST, 1));
    holders.told(suspects, Set.of(1L), Map.of(1L, "class shop.Audit.QUEUE"));
    assertThat(holders.of(seen(1, LATER))).isEmpty();
    assertThat(holders.wanted(List.of(group("a", LATER, 1)))).containsExactly(1L);
    holders.told(List.of(), Set.of(), Map.of());
    assertThat(holders.of(seen(1, FIRST))).as("it waits no more").isEmpty();
  }

  private static Suspect group(String key, Instant since, long... ids) {
    WaitPlace place = new WaitPlace("app.Latch", List.of("app.Main.await(Main.java:1)"), key);
    return new Suspect(
        key,
        Arrays.stream(ids)
            .mapToObj(id -> new OpenWait(id, "t" + id, /* virtual= */ false, 1, since, place))
            .toList());
  }

  private static SeenThread seen(long id, Instant since) {
    return new SeenThread(
        id, "t" + id, /* virtual= */ false, Doing.WAITS, since, "app.Latch", List.of());
  }
}
