package io.stranded.internal.recording;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a thread dump tells of threads, by id.
 *
 * @param names as far as they have one
 * @param stacks frames, innermost first
 * @param owners of the monitors that they are entering
 * @param monitors classes of those monitors
 * @param awaitedClasses that they wait for others to initialize
 */
record ToldThreads(
    Map<Long, String> names,
    Map<Long, List<String>> stacks,
    Map<Long, Long> owners,
    Map<Long, String> monitors,
    Map<Long, String> awaitedClasses) {
  ToldThreads {
    names = Map.copyOf(names);
    stacks = Map.copyOf(stacks);
    owners = Map.copyOf(owners);
    monitors = Map.copyOf(monitors);
    awaitedClasses = Map.copyOf(awaitedClasses);
  }

  /** Takes threads in one by one, with monitors that are known by class and hash. */
  static final class Builder {
    private final Map<Long, String> names = new HashMap<>();
    private final Map<Long, List<String>> stacks = new HashMap<>();
    private final Map<String, Long> holders = new HashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final Map<Long, String> blocked = new HashMap<>();
    private final Map<Long, Long> owners = new HashMap<>();

    void thread(long id, String name, List<String> stack) {
      names.put(id, name);
      stacks.put(id, FrameText.visible(stack));
    }

    /** The thread is entering a monitor, printed as {@code a.B@1f2e3d}. */
    void entering(long id, String monitor) {
      blocked.put(id, monitor);
    }

    /** The thread owns a monitor. Hashes are not unique: one that two own tells nothing. */
    void owning(long id, String monitor) {
      Long other = holders.put(monitor, id);
      if (other != null && other != id) {
        ambiguous.add(monitor);
      }
    }

    /** The owner of the monitor that the thread is entering is told outright. */
    void owner(long id, long owner) {
      owners.put(id, owner);
    }

    ToldThreads build() {
      Map<Long, String> monitors = new HashMap<>();
      blocked.forEach(
          (id, monitor) -> {
            monitors.put(id, FrameText.typeOf(monitor));
            Long owner = holders.get(monitor);
            if (owner != null && !ambiguous.contains(monitor)) {
              owners.putIfAbsent(id, owner);
            }
          });
      return new ToldThreads(names, stacks, owners, monitors, Map.of());
    }
  }
}
