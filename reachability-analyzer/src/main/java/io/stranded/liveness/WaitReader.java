package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.finding.Frames;
import io.stranded.heap.GcRoot;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapObject;
import io.stranded.heap.HeapThread;
import io.stranded.heap.HeapThread.WaitStatus;
import io.stranded.hprof.StackFrame;
import io.stranded.jdk.JdkField;
import io.stranded.jdk.JdkShape;
import io.stranded.jdk.JdkThreads;
import io.stranded.jdk.ReleaseCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Tells which threads of a graph are candidates, and what each of them waits on. */
final class WaitReader {
  private static final String OBJECT = "java.lang.Object";
  private static final String THREAD = "java.lang.Thread";

  /** The JDK has wait, wait(long) and wait0. */
  private static final int MOST_WAIT_FRAMES = 3;

  private static final Set<String> OWNED_LOCKS =
      Set.of(
          "java.util.concurrent.locks.ReentrantLock$Sync",
          "java.util.concurrent.locks.ReentrantReadWriteLock$Sync");

  private static final Set<String> UNINTERRUPTIBLE_METHODS =
      Set.of(
          "java.util.concurrent.locks.ReentrantLock.lock",
          "java.util.concurrent.locks.ReentrantReadWriteLock$ReadLock.lock",
          "java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock.lock",
          "java.util.concurrent.locks.StampedLock.readLock",
          "java.util.concurrent.locks.StampedLock.writeLock",
          "java.util.concurrent.CompletableFuture.join",
          "java.util.concurrent.ForkJoinTask.join");

  private final HeapGraph graph;
  private final JdkShape shape;
  private final ThreadFacts facts;
  private final ReleaseCheck release;
  private final Map<Long, HeapThread> byAddress = new HashMap<>();
  private final Map<Long, HeapThread> byId = new HashMap<>();

  WaitReader(JdkThreads threads, ThreadFacts facts) {
    this.graph = threads.graph();
    this.shape = threads.shape();
    this.facts = facts;
    this.release = new ReleaseCheck(threads);
    for (HeapThread thread : threads.all()) {
      byAddress.put(thread.object().address(), thread);
      byId.put(thread.id(), thread);
    }
  }

  /** The thread as a candidate, or empty if it is live for sure. */
  Optional<Candidate> candidate(HeapThread thread) {
    ThreadFacts.Steadiness steadiness = facts.steadiness(thread.id());
    if (thread.status() == WaitStatus.ACTIVE
        || steadiness == ThreadFacts.Steadiness.MOVED
        || isEndedByTheJvm(thread)
        || isInterrupted(thread)
        || isThrowing(thread)) {
      return Optional.empty();
    }
    Optional<BlockedOn> blockedOn =
        switch (thread.status()) {
          case ACTIVE -> Optional.empty();
          case PARKED -> Optional.of(parked(thread));
          case WAITING -> waiting(thread);
          case ENTERING -> entering(thread);
        };
    if (blockedOn.isEmpty()) {
      return Optional.empty();
    }
    ReleaseCheck.Answer answer = answer(thread, blockedOn.get());
    if (answer.released()) {
      return Optional.empty();
    }
    boolean steady = steadiness == ThreadFacts.Steadiness.STEADY;
    return Optional.of(
        new Candidate(
            thread,
            blockedOn.get(),
            answer.doubt().filter(doubt -> !steady || !isSettledByTime(doubt)).map(Doubt::toString),
            steady,
            isInterruptible(thread),
            isMain(thread)));
  }

  /** A shape that is not known is not known at any time. */
  private static boolean isSettledByTime(Doubt doubt) {
    return doubt.cure() == Doubt.Cure.LOOK_TWICE;
  }

  private ReleaseCheck.Answer answer(HeapThread thread, BlockedOn blockedOn) {
    if (!shape.has(JdkField.THREAD_PARK_BLOCKER, thread.object())
        && thread.status() == WaitStatus.PARKED) {
      return ReleaseCheck.Answer.doubt(Doubt.UNKNOWN_SHAPE);
    }
    if (blockedOn instanceof BlockedOn.BarePark) {
      return ReleaseCheck.Answer.doubt(Doubt.UNPARKED_UNSEEN);
    }
    if (blockedOn instanceof BlockedOn.Unknown unknown) {
      return ReleaseCheck.Answer.doubt(
          unknown.possible().isEmpty() ? Doubt.SYNC_UNSEEN : Doubt.SYNC_UNSURE);
    }
    if (blockedOn instanceof BlockedOn.Parked parked) {
      return release.parked(thread, parked.blocker());
    }
    if (blockedOn instanceof BlockedOn.OwnedLock lock) {
      return release.parked(thread, lock.lock());
    }
    return release.waiting(thread);
  }

  private BlockedOn parked(HeapThread thread) {
    OptionalLong parkBlocker = shape.address(JdkField.THREAD_PARK_BLOCKER, thread.object());
    if (parkBlocker.isEmpty()) {
      return new BlockedOn.Unknown(List.of());
    }
    long blockerId = parkBlocker.getAsLong();
    if (blockerId == 0) {
      return new BlockedOn.BarePark();
    }
    if (graph.find(blockerId) < 0) {
      return new BlockedOn.Unknown(List.of());
    }
    Optional<HeapObject> blocker = graph.instance(blockerId);
    if (blocker.isPresent() && OWNED_LOCKS.stream().anyMatch(blocker.get().type()::isA)) {
      long owner = shape.address(JdkField.LOCK_OWNER, blocker.get()).orElse(0);
      if (owner != 0) {
        return new BlockedOn.OwnedLock(blockerId, Optional.ofNullable(byAddress.get(owner)));
      }
    }
    return joinedVirtualThread(thread)
        .<BlockedOn>map(BlockedOn.Join::new)
        .orElseGet(() -> new BlockedOn.Parked(blockerId));
  }

  /** Joining a virtual thread is waiting for a latch that only the runtime has. */
  private Optional<HeapThread> joinedVirtualThread(HeapThread thread) {
    for (int depth = 0; depth < thread.frames().size(); depth++) {
      if (thread.frames().get(depth).is("java.lang.VirtualThread", "joinNanos")) {
        return threadLocal(thread, depth).map(byAddress::get);
      }
    }
    return Optional.empty();
  }

  private Optional<BlockedOn> waiting(HeapThread thread) {
    List<StackFrame> frames = thread.frames();
    int caller = 0;
    while (caller < frames.size() && frames.get(caller).className().equals(OBJECT)) {
      caller++;
    }
    if (caller < frames.size() && frames.get(caller).is("java.lang.Thread", "join")) {
      return joining(thread, caller);
    }
    OptionalLong monitor = receiver(thread, caller);
    if (monitor.isPresent()) {
      return Optional.of(new BlockedOn.MonitorWait(List.of(monitor.getAsLong())));
    }
    return Optional.of(monitorAmongLocals(thread, caller));
  }

  /** {@code join} waits on its receiver, and looks at it after each wait: it is never dead. */
  private Optional<BlockedOn> joining(HeapThread thread, int depth) {
    Optional<Long> joined = threadLocal(thread, depth);
    if (joined.isEmpty()) {
      return Optional.of(new BlockedOn.Unknown(List.of()));
    }
    // A thread that is not among the started has ended, and has woken its waiters.
    return Optional.ofNullable(byAddress.get(joined.get())).map(BlockedOn.Join::new);
  }

  private Optional<Long> threadLocal(HeapThread thread, int depth) {
    return thread.roots().stream()
        .filter(root -> root.depth() == depth)
        .map(GcRoot::address)
        .filter(address -> graph.instance(address).filter(o -> o.type().isA(THREAD)).isPresent())
        .findFirst();
  }

  /**
   * The first local of an {@code Object.wait} frame, which is its receiver. A compiled frame may
   * have let go of the receiver and hold only the current virtual thread.
   */
  private OptionalLong receiver(HeapThread thread, int frameCount) {
    for (int depth = 0; depth < Math.min(frameCount, MOST_WAIT_FRAMES); depth++) {
      if (!thread.frames().get(depth).methodName().equals("wait")) {
        continue;
      }
      for (GcRoot root : thread.roots()) {
        if (root.depth() == depth) {
          boolean itself = thread.virtual() && root.address() == thread.object().address();
          if (itself || graph.find(root.address()) < 0) {
            break;
          }
          return OptionalLong.of(root.address());
        }
      }
    }
    return OptionalLong.empty();
  }

  /**
   * The wait frames do not show their receiver. Some frame of the thread holds the monitor: in a
   * local, or as the receiver or the class of a synchronized method, which the dump need not show.
   * So all locals of all frames are possible; and only where the caller is seen to be an instance
   * method with its receiver alive can no other object be meant.
   */
  private BlockedOn monitorAmongLocals(HeapThread thread, int caller) {
    List<Long> locals =
        thread.roots().stream()
            .map(GcRoot::address)
            .filter(address -> address != thread.object().address())
            .distinct()
            .toList();
    boolean receiverAlive =
        caller < thread.frames().size()
            && thread.roots().stream()
                .filter(root -> root.depth() == caller)
                .map(root -> graph.instance(root.address()))
                .anyMatch(
                    local ->
                        local.isPresent()
                            && local.get().type().isA(thread.frames().get(caller).className()));
    return receiverAlive ? new BlockedOn.MonitorWait(locals) : new BlockedOn.Unknown(locals);
  }

  private Optional<BlockedOn> entering(HeapThread thread) {
    OptionalLong owner = facts.monitorOwner(thread.id());
    if (owner.isEmpty()
        || facts.stack(thread.id()).filter(s -> !isStackOf(thread, s)).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new BlockedOn.MonitorEnter(Optional.ofNullable(byId.get(owner.getAsLong()))));
  }

  /** Compares the application's frames: sources differ in which of the JDK's they show. */
  private static boolean isStackOf(HeapThread thread, List<String> stack) {
    List<String> frames = thread.frames().stream().map(StackFrame::toString).toList();
    return ownFrames(frames).equals(ownFrames(stack));
  }

  private static List<String> ownFrames(List<String> stack) {
    return stack.stream().filter(frame -> !Frames.isJdk(frame) && !Frames.isHidden(frame)).toList();
  }

  /** The collector ends this wait when a referent dies, whoever knows the queue. */
  private static boolean isEndedByTheJvm(HeapThread thread) {
    return thread.frames().stream()
        .anyMatch(frame -> frame.className().startsWith("java.lang.ref.ReferenceQueue"));
  }

  /**
   * An interrupt makes park and wait return at once, and whatever waits takes the flag away before
   * it waits again: a thread that still has it is about to run. A pool that is shut down and
   * dropped leaves its workers so for a moment.
   */
  private boolean isInterrupted(HeapThread thread) {
    return thread.status() != WaitStatus.ENTERING
        && shape.number(JdkField.THREAD_INTERRUPTED, thread.object()).orElse(0) != 0;
  }

  /**
   * A thread that an interrupt wakes in {@code Object.wait} loses the flag at once, but keeps its
   * status until the exception is made, whose constructor then is on top of its stack.
   */
  private static boolean isThrowing(HeapThread thread) {
    return thread.status() == WaitStatus.WAITING
        && !thread.virtual()
        && !thread.frames().isEmpty()
        && !thread.frames().get(0).className().equals(OBJECT);
  }

  private static boolean isInterruptible(HeapThread thread) {
    return thread.status() != WaitStatus.ENTERING
        && thread.frames().stream()
            .noneMatch(
                frame ->
                    frame.methodName().endsWith("Uninterruptibly")
                        || UNINTERRUPTIBLE_METHODS.contains(
                            frame.className() + "." + frame.methodName()));
  }

  private static boolean isMain(HeapThread thread) {
    if (thread.id() == 1) {
      return true;
    }
    if (thread.daemon() || thread.frames().isEmpty()) {
      return false;
    }
    StackFrame bottom = thread.frames().get(thread.frames().size() - 1);
    return bottom.methodName().equals("main");
  }
}
