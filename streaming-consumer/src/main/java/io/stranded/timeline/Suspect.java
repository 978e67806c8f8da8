package io.stranded.timeline;

import io.stranded.finding.Frames;
import java.util.List;

/**
 * Threads that have waited too long for the same kind of object at the same place.
 *
 * @param key blocker class and frames without line numbers: the same for every such thread
 * @param waits their waits, longest first
 */
public record Suspect(String key, List<OpenWait> waits) {
  public Suspect {
    waits = List.copyOf(waits);
  }

  static String key(OpenWait wait) {
    StringBuilder key = new StringBuilder(wait.blockerClass());
    wait.stack().forEach(frame -> key.append('\n').append(Frames.normalised(frame)));
    return key.toString();
  }
}
