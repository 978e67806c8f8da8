package io.stranded.finding;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What threads of a finding wait on.
 *
 * @param type class name of the synchronizer as its user knows it, such as {@code
 *     java.util.concurrent.CountDownLatch}; empty for a park without a blocker
 * @param kind how they wait: {@code parked}, {@code lock}, {@code monitor-wait}, {@code
 *     monitor-enter}, {@code join}, {@code bare-park} or {@code unknown}
 * @param state what the heap says of its state, in a fixed order, such as {@code count=1}; values
 *     are numbers, booleans or strings, never contents of user objects
 */
public record SyncObject(String type, String kind, Map<String, Object> state) {
  public SyncObject {
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
  }
}
