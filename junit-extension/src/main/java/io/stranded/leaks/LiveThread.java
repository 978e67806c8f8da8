package io.stranded.leaks;

import java.util.List;

/**
 * What is known of a thread that was alive when it was looked at. It does not hold the Thread.
 *
 * @param name may be empty
 * @param id {@code Thread.threadId()}
 * @param virtual whether it is a virtual thread
 * @param group name of its thread group
 * @param type name of its class
 * @param runnable name of the class that it runs: that of its outermost frame which is not a
 *     Thread's; empty if it has none
 * @param state what it did
 * @param stack its frames, innermost first, as {@code class.method(File.java:line)}
 * @param createdBy frames that created it, innermost first; empty if that was not seen
 * @param startedBy the test that started it; empty if that is not known
 */
public record LiveThread(
    String name,
    long id,
    boolean virtual,
    String group,
    String type,
    String runnable,
    Thread.State state,
    List<String> stack,
    List<String> createdBy,
    String startedBy) {
  public LiveThread {
    stack = List.copyOf(stack);
    createdBy = List.copyOf(createdBy);
  }

  /** Whether it waits without a timeout, for a monitor or for anything else. */
  public boolean isWaiting() {
    return state == Thread.State.WAITING || state == Thread.State.BLOCKED;
  }
}
