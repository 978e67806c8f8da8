package io.stranded.internal.jdk;

import io.stranded.finding.Doubt;
import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.HeapThread.WaitStatus;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.stack.Frames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Tells from the state of a synchronizer whether it has released a waiting thread that has not run
 * yet. On a busy machine such a thread keeps its park blocker for a while after its releaser has
 * dropped the synchronizer, and would look leaked.
 */
public final class ReleaseCheck {
  /**
   * What the state says.
   *
   * @param released the thread is about to run
   * @param doubt why it cannot be told; empty if the thread certainly waits
   */
  public record Answer(boolean released, Optional<Doubt> doubt) {
    /** It certainly waits. */
    public static final Answer WAITS = new Answer(false, Optional.empty());

    static final Answer RELEASED = new Answer(true, Optional.empty());
    static final Answer UNKNOWN_SHAPE = doubt(Doubt.UNKNOWN_SHAPE);

    static Answer waitsUnless(boolean released) {
      return released ? RELEASED : WAITS;
    }

    /** It may wait. */
    public static Answer doubt(Doubt doubt) {
      return new Answer(false, Optional.of(doubt));
    }
  }

  private static final String CONCURRENT = "java.util.concurrent.";

  /**
   * Nobody waits for long at one of these whose state is 0: whoever made it so wakes the first in
   * the queue next, with nothing but a node of the queue on its stack, and each wakes the one
   * behind.
   */
  private static final Set<String> FREE_AT_ZERO =
      Set.of(
          CONCURRENT + "CountDownLatch$Sync",
          CONCURRENT + "locks.ReentrantLock$Sync",
          CONCURRENT + "locks.ReentrantReadWriteLock$Sync");

  private static final int FUTURE_TASK_COMPLETING = 1;
  private static final int PHASE_SHIFT = 32;

  /** The nodes by which threads wait in a transfer queue, by release. */
  private static final List<String> TRANSFER_NODES =
      List.of(
          CONCURRENT + "SynchronousQueue$TransferQueue$QNode",
          CONCURRENT + "LinkedTransferQueue$Node",
          CONCURRENT + "LinkedTransferQueue$DualNode");

  private static final String STACK_NODE = CONCURRENT + "SynchronousQueue$TransferStack$SNode";

  private final JdkThreads threads;
  private final HeapGraph graph;
  private final JdkShape shape;
  private final SyncQueues queues;

  /** A check of the threads of one dump. */
  public ReleaseCheck(JdkThreads threads) {
    this.threads = threads;
    this.graph = threads.graph();
    this.shape = threads.shape();
    this.queues = new SyncQueues(threads);
  }

  /**
   * Of a thread in {@code Object.wait}: its status changes when it is notified, but not when it is
   * interrupted.
   */
  public Answer waiting(HeapThread thread) {
    return thread.status() == WaitStatus.WAITING && !thread.virtual() && threads.isInterrupting()
        ? Answer.doubt(Doubt.INTERRUPT_UNDER_WAY)
        : Answer.WAITS;
  }

  /** Of a thread that is parked on a blocker. */
  public Answer parked(HeapThread thread, long blockerId) {
    Optional<HeapObject> found = graph.instance(blockerId);
    if (found.isEmpty()) {
      // An array or a class.
      return Answer.doubt(Doubt.RELEASED_UNSEEN);
    }
    HeapObject blocker = found.get();
    String type = blocker.type().name();
    if (SyncQueues.isSynchronizer(blocker)) {
      return synchronizer(thread, blocker);
    }
    if (type.endsWith("Synchronizer$ConditionObject")) {
      return condition(thread, blocker);
    }
    return switch (type) {
      case CONCURRENT + "CompletableFuture$Signaller" ->
          byAddress(JdkField.SIGNALLER_THREAD, blocker, waiter -> waiter == 0);
      case CONCURRENT + "FutureTask" ->
          byNumber(JdkField.TASK_STATE, blocker, state -> state > FUTURE_TASK_COMPLETING);
      case CONCURRENT + "Phaser$QNode" -> phaser(blocker);
      case CONCURRENT + "Exchanger" -> exchanger(thread);
      case CONCURRENT + "locks.StampedLock" -> stampedLock(thread);
      default -> other(thread, blocker);
    };
  }

  private Answer other(HeapThread thread, HeapObject blocker) {
    if (blocker.type().isA(CONCURRENT + "ForkJoinTask")) {
      return byNumber(JdkField.FORK_JOIN_STATUS, blocker, status -> status < 0);
    }
    String type = blocker.type().name();
    if (type.startsWith(CONCURRENT + "SynchronousQueue")
        || type.startsWith(CONCURRENT + "LinkedTransferQueue")) {
      return transfer(thread);
    }
    return Answer.doubt(Doubt.RELEASED_UNSEEN);
  }

  private Answer synchronizer(HeapThread thread, HeapObject sync) {
    if (FREE_AT_ZERO.stream().anyMatch(sync.type()::isA)) {
      OptionalLong state = shape.number(JdkField.SYNC_STATE, sync);
      if (state.isEmpty()) {
        return Answer.UNKNOWN_SHAPE;
      }
      if (state.getAsLong() == 0) {
        return Answer.RELEASED;
      }
    }
    if (!queues.showsNodesOf(sync)) {
      return Answer.UNKNOWN_SHAPE;
    }
    return queues
        .nodeOf(thread, sync)
        .map(node -> byStatus(node, SyncQueues.WAITING))
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  private Answer condition(HeapThread thread, HeapObject condition) {
    if (!queues.showsNodesOf(condition)) {
      return Answer.UNKNOWN_SHAPE;
    }
    return queues
        .conditionNodeOf(thread, condition)
        .map(node -> byStatus(node, SyncQueues.CONDITION))
        .orElse(Answer.RELEASED);
  }

  private Answer byStatus(HeapObject node, int bit) {
    return byNumber(JdkField.NODE_STATUS, node, status -> (status & bit) == 0);
  }

  private Answer stampedLock(HeapThread thread) {
    String type = CONCURRENT + "locks.StampedLock$Node";
    if (!shape.has(JdkField.NODE_STATUS, type)) {
      return Answer.UNKNOWN_SHAPE;
    }
    // A reader that has just been let in has a node that waits no more, or none.
    return stackObject(thread, object -> object.type().isA(type))
        .map(node -> byStatus(node, SyncQueues.WAITING))
        .filter(answer -> !answer.released())
        .orElseGet(() -> Answer.doubt(Doubt.RELEASED_UNSEEN));
  }

  private Answer phaser(HeapObject node) {
    OptionalLong waitsFor = shape.number(JdkField.PHASER_NODE_PHASE, node);
    OptionalLong thread = shape.address(JdkField.PHASER_NODE_THREAD, node);
    if (waitsFor.isEmpty() || thread.isEmpty() || !shape.has(JdkField.PHASER_NODE_PHASER, node)) {
      return Answer.UNKNOWN_SHAPE;
    }
    if (thread.getAsLong() == 0) {
      return Answer.RELEASED;
    }
    return shape
        .referred(JdkField.PHASER_NODE_PHASER, node)
        .map(
            phaser ->
                byNumber(
                    JdkField.PHASER_STATE,
                    phaser,
                    state -> (int) (state >>> PHASE_SHIFT) != (int) waitsFor.getAsLong()))
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  private Answer exchanger(HeapThread thread) {
    String type = CONCURRENT + "Exchanger$Node";
    if (!shape.has(JdkField.EXCHANGER_MATCH, type)) {
      return Answer.UNKNOWN_SHAPE;
    }
    return stackObject(thread, object -> object.type().name().equals(type))
        .map(node -> byAddress(JdkField.EXCHANGER_MATCH, node, match -> match != 0))
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  private Answer transfer(HeapThread thread) {
    Optional<HeapObject> stackNode =
        stackObject(thread, object -> object.type().name().equals(STACK_NODE));
    if (stackNode.isPresent()) {
      return transfer(
          stackNode.get(),
          shape.address(JdkField.TRANSFER_MATCH, stackNode.get()),
          match -> match != 0);
    }
    if (TRANSFER_NODES.stream().noneMatch(type -> shape.has(JdkField.TRANSFER_ITEM, type))
        && !shape.has(JdkField.TRANSFER_MATCH, STACK_NODE)) {
      return Answer.UNKNOWN_SHAPE;
    }
    return stackObject(thread, object -> TRANSFER_NODES.contains(object.type().name()))
        .map(this::transferNode)
        .orElseGet(() -> Answer.doubt(Doubt.NODE_UNSEEN));
  }

  private Answer transferNode(HeapObject node) {
    OptionalLong isData = shape.number(JdkField.TRANSFER_IS_DATA, node);
    return isData.isEmpty()
        ? Answer.UNKNOWN_SHAPE
        : transfer(
            node,
            shape.address(JdkField.TRANSFER_ITEM, node),
            item -> (isData.getAsLong() != 0) != (item != 0));
  }

  /** Whoever takes or gives also takes the waiter off the node. */
  private Answer transfer(HeapObject node, OptionalLong value, LongPredicate matched) {
    OptionalLong waiter = shape.address(JdkField.TRANSFER_WAITER, node);
    return value.isEmpty() || waiter.isEmpty()
        ? Answer.UNKNOWN_SHAPE
        : Answer.waitsUnless(matched.test(value.getAsLong()) || waiter.getAsLong() == 0);
  }

  private Answer byNumber(JdkField row, HeapObject object, LongPredicate released) {
    return by(shape.number(row, object), released);
  }

  private Answer byAddress(JdkField row, HeapObject object, LongPredicate released) {
    return by(shape.address(row, object), released);
  }

  private static Answer by(OptionalLong value, LongPredicate released) {
    return value.isEmpty()
        ? Answer.UNKNOWN_SHAPE
        : Answer.waitsUnless(released.test(value.getAsLong()));
  }

  /** The first object of the wanted kind in the frames of java.util.concurrent on top. */
  private Optional<HeapObject> stackObject(HeapThread thread, Predicate<HeapObject> wanted) {
    int end = 0;
    List<StackFrame> frames = thread.frames();
    while (end < frames.size() && Frames.isJdk(frames.get(end).className())) {
      end++;
    }
    for (GcRoot root : thread.roots()) {
      if (root.depth() >= 0 && root.depth() < end) {
        Optional<HeapObject> object = graph.instance(root.address()).filter(wanted);
        if (object.isPresent()) {
          return object;
        }
      }
    }
    return Optional.empty();
  }
}
