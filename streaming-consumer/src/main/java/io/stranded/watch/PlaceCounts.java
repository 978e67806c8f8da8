package io.stranded.watch;

import io.stranded.internal.timeline.ThreadTimeline;
import io.stranded.internal.trend.StartPlace;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Numbers of threads by the places that have started them. */
final class PlaceCounts {
  private PlaceCounts() {}

  /** Those of a timeline, as they are now. */
  static Map<StartPlace, Counted> of(
      ThreadTimeline timeline, Set<Long> suspects, Set<Long> leaked) {
    Map<StartPlace, Long> parked = timeline.waitingByPlace();
    Map<StartPlace, Long> suspect = timeline.byPlace(suspects);
    Map<StartPlace, Long> lost = timeline.byPlace(leaked);
    Map<StartPlace, Counted> counted = new HashMap<>();
    timeline
        .livingByPlace()
        .forEach(
            (place, live) ->
                counted.put(
                    place,
                    new Counted(
                        live,
                        parked.getOrDefault(place, 0L),
                        suspect.getOrDefault(place, 0L),
                        lost.getOrDefault(place, 0L))));
    return counted;
  }
}
