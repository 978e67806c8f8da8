package io.stranded.internal.timeline;

import java.util.List;

/**
 * Threads that have waited too long for the same kind of object at the same place.
 *
 * @param key of the place: the same for every such thread
 * @param waits their waits, longest first
 */
public record Suspect(String key, List<OpenWait> waits) {
  public Suspect {
    waits = List.copyOf(waits);
  }
}
