package io.stranded.snapshot;

import java.util.Map;
import java.util.Optional;

/**
 * Who holds what threads wait on.
 *
 * @param byThread in words, by the ids that were asked for; nothing of those that are reached by
 *     nothing, or for whom no way was found
 * @param missing why none is told, in one line; empty if all that were found are told
 */
public record Ways(Map<Long, String> byThread, Optional<String> missing) {
  /** Keeps the ways as they are. */
  public Ways {
    byThread = Map.copyOf(byThread);
  }
}
