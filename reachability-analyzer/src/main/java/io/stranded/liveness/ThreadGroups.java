package io.stranded.liveness;

import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The thread groups of one dump. */
final class ThreadGroups {
  /** Groups inside each other, of which real programs have one or two. */
  private static final int MOST_GROUPS = 64;

  /** Threads that a virtual thread starts are in the latter. */
  private static final Set<String> SHARED_GROUPS = Set.of("main", "VirtualThreads");

  private final JdkShape shape;

  ThreadGroups(JdkShape shape) {
    this.shape = shape;
  }

  /**
   * The thread's groups, without those that every thread can get at: the main group, that of
   * virtual threads, and the one above them.
   */
  List<Long> of(HeapThread thread) {
    List<Long> groups = new ArrayList<>();
    Optional<HeapObject> group = shape.referred(JdkField.THREAD_GROUP, thread.object());
    while (group.isPresent() && !isSharedByAll(group.get()) && groups.size() < MOST_GROUPS) {
      groups.add(group.get().address());
      group = shape.referred(JdkField.GROUP_PARENT, group.get());
    }
    return groups;
  }

  private boolean isSharedByAll(HeapObject group) {
    Optional<HeapObject> parent = shape.referred(JdkField.GROUP_PARENT, group);
    boolean top = parent.isEmpty();
    boolean belowTop =
        parent.filter(p -> shape.referred(JdkField.GROUP_PARENT, p).isEmpty()).isPresent();
    boolean ofRuntime =
        shape.text(JdkField.GROUP_NAME, group).filter(SHARED_GROUPS::contains).isPresent();
    return top || (belowTop && ofRuntime);
  }
}
