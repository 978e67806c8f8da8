package io.stranded.internal.stack;

import java.util.HashMap;
import java.util.Map;

/**
 * Where threads come from that wait in the JDK's code alone. Workers of one pool are created by
 * whoever hands in a task, and come from one place all the same: that of the first of them.
 */
public final class Origins {
  private final Map<String, String> byGroup = new HashMap<>();

  /**
   * Takes in a thread of a group that is known to be one, such as a pool.
   *
   * @param origin empty if that is not known
   */
  public void ofOne(String group, String origin) {
    if (!origin.isEmpty()) {
      byGroup.putIfAbsent(group, origin);
    }
  }

  /** Takes in a thread of a group that may be several: if these differ, none is told. */
  public void ofMany(String group, String origin) {
    if (!origin.isEmpty() && !byGroup.getOrDefault(group, origin).equals(origin)) {
      byGroup.put(group, "");
    } else {
      ofOne(group, origin);
    }
  }

  /** Where a group comes from; empty if that is not known. */
  public String of(String group) {
    return byGroup.getOrDefault(group, "");
  }
}
