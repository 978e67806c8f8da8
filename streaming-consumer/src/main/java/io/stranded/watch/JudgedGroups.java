package io.stranded.watch;

import io.stranded.timeline.Suspect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers the groups of suspects that a heap dump has judged, so that none costs the target a
 * second pause: until it has doubled.
 */
final class JudgedGroups {
  private static final int MOST = 10_000;

  private final Map<String, Integer> sizes = new HashMap<>();

  /** Whether any of these is new, or has doubled since it was judged. */
  boolean callForDump(List<Suspect> suspects) {
    return suspects.stream()
        .anyMatch(suspect -> suspect.waits().size() >= 2 * sizes.getOrDefault(suspect.key(), 0));
  }

  /** Notes that a dump has shown these. */
  void judged(List<Suspect> suspects) {
    if (sizes.size() > MOST) {
      sizes.clear();
    }
    suspects.forEach(suspect -> sizes.put(suspect.key(), suspect.waits().size()));
  }
}
