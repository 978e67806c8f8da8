package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.HeapThread.WaitStatus;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkField;
import io.stranded.internal.jdk.JdkShape;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.jdk.ReleaseCheck;
import io.stranded.internal.jdk.Timeouts;
import io.stranded.internal.stack.Frames;
import java.util.ArrayList;
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
  private static final String REFERENCE_QUEUE = "java.lang.ref.ReferenceQueue";

  /** A task only to be put among others: to complete it completes no future. */
  private static final String SIGNALLER = "java.util.concurrent.CompletableFuture$Signaller";

  /** What is behind the proxies by which the JDK implements annotations. */
  private static final String ANNOTATION = "sun.reflect.annotation.AnnotationInvocationHandler";

  /** The JDK has wait, wait(long) and wait0. */
  private static final int MOST_WAIT_FRAMES = 3;

  /** By which the JDK runs a task, which may wait in a way of its own. */
  private static final Set<String> RUNS_TASKS = Set.of("call", "doExec", "exec", "run");

  static final Set<String> OWNED_LOCKS =
      Set.of(
          "java.util.concurrent.locks.ReentrantLock$Sync",
          "java.util.concurrent.locks.ReentrantReadWriteLock$Sync");

  private static final Set<String> RELEASED_BY_ANYBODY =
      Set.of(
          "java.util.concurrent.ForkJoinTask",
          "java.util.concurrent.locks.AbstractQueuedLongSynchronizer",
          "java.util.concurrent.locks.AbstractQueuedSynchronizer",
          "java.util.concurrent.locks.StampedLock");

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
  private final Timeouts timeouts;
  private final ThreadGroups groups;
  private final Map<Long, HeapThread> byAddress = new HashMap<>();
  private final Map<Long, HeapThread> byId = new HashMap<>();

  WaitReader(JdkThreads threads, ThreadFacts facts) {
    this.graph = threads.graph();
    this.shape = threads.shape();
    this.facts = facts;
    this.release = new ReleaseCheck(threads);
    this.timeouts = new Timeouts(threads);
    this.groups = new ThreadGroups(shape);
    for (HeapThread thread : threads.all()) {
      byAddress.put(thread.object().address(), thread);
      byId.put(thread.id(), thread);
    }
  }

  /** The thread as a candidate, or empty if it is live for sure. */
  Optional<Candidate> candidate(HeapThread thread) {
    Optional<BlockedOn> initialized = initialized(thread);
    if (initialized.isPresent()) {
      return candidate(thread, initialized.get(), /* steady= */ true);
    }
    ThreadFacts.Steadiness steadiness = facts.steadiness(thread.id());
    if (steadiness == ThreadFacts.Steadiness.MOVED || isInterrupted(thread) || isThrowing(thread)) {
      return Optional.empty();
    }
    Optional<BlockedOn> blockedOn =
        switch (thread.status()) {
          case ACTIVE -> Optional.empty();
          case PARKED -> references(thread).orElseGet(() -> Optional.of(parked(thread)));
          case PARKED_FOR_A_TIME -> parkedForEver(thread);
          case WAITING -> references(thread).orElseGet(() -> waiting(thread));
          case WAITING_FOR_A_TIME ->
              timeouts.neverComes(thread, Optional.empty())
                  ? references(thread).orElseGet(() -> waiting(thread))
                  : Optional.empty();
          case ENTERING -> entering(thread);
        };
    return blockedOn.flatMap(
        wait -> candidate(thread, wait, steadiness == ThreadFacts.Steadiness.STEADY));
  }

  private Optional<Candidate> candidate(HeapThread thread, BlockedOn blockedOn, boolean steady) {
    ReleaseCheck.Answer answer = answer(thread, blockedOn);
    if (answer.released()) {
      return Optional.empty();
    }
    return Optional.of(
        new Candidate(
            thread,
            blockedOn,
            answer.doubt().filter(doubt -> !steady || doubt.cure() != Doubt.Cure.LOOK_TWICE),
            steady,
            !(blockedOn instanceof BlockedOn.ClassInit)
                && (isInterruptible(thread) || givesAway(blockedOn)),
            isMain(thread) && facts.mayKeepAlive(thread.id()),
            groups.of(thread)));
  }

  /** Whether the wait is over, and whether it is a wait on just that. */
  private ReleaseCheck.Answer answer(HeapThread thread, BlockedOn blockedOn) {
    OptionalLong blocker = shape.address(JdkField.THREAD_PARK_BLOCKER, thread.object());
    if (blockedOn instanceof BlockedOn.References) {
      return ReleaseCheck.Answer.WAITS;
    }
    boolean parked =
        thread.status() == WaitStatus.PARKED || thread.status() == WaitStatus.PARKED_FOR_A_TIME;
    if (blocker.isEmpty() && parked) {
      return ReleaseCheck.Answer.doubt(Doubt.UNKNOWN_SHAPE);
    }
    if (blockedOn instanceof BlockedOn.BarePark) {
      return ReleaseCheck.Answer.doubt(Doubt.FOUND_BY_ENUMERATION);
    }
    if (blockedOn instanceof BlockedOn.Unknown unknown) {
      return ReleaseCheck.Answer.doubt(
          unknown.possible().isEmpty() ? Doubt.SYNC_UNSEEN : Doubt.SYNC_UNSURE);
    }
    if (blockedOn instanceof BlockedOn.MonitorWait wait
        && wait.monitors().stream().anyMatch(this::isText)) {
      return ReleaseCheck.Answer.doubt(Doubt.INTERNED_MONITOR);
    }
    if (blockedOn instanceof BlockedOn.MonitorWait wait
        && wait.monitors().stream().anyMatch(this::isKeptByClass)) {
      return ReleaseCheck.Answer.doubt(Doubt.KEPT_BY_CLASS);
    }
    if (blockedOn instanceof BlockedOn.MonitorWait wait
        && wait.monitors().stream().anyMatch(this::isThread)) {
      return ReleaseCheck.Answer.doubt(Doubt.FOUND_BY_ENUMERATION);
    }
    return switch (thread.status()) {
      case PARKED, PARKED_FOR_A_TIME -> release.parked(thread, blocker.orElse(0));
      case WAITING, WAITING_FOR_A_TIME -> release.waiting(thread);
      case ENTERING, ACTIVE -> ReleaseCheck.Answer.WAITS;
    };
  }

  private boolean isText(long address) {
    return graph
        .instance(address)
        .filter(object -> object.type().name().equals("java.lang.String"))
        .isPresent();
  }

  private boolean isThread(long address) {
    return graph.instance(address).filter(object -> object.type().isA(THREAD)).isPresent();
  }

  /** Dumps show no fields of class mirrors, which keep annotations and generic types. */
  private boolean isKeptByClass(long address) {
    return graph
        .instance(address)
        .filter(
            object ->
                object.type().name().startsWith("sun.reflect.generics.")
                    || shape
                        .referred(JdkField.PROXY_HANDLER, object)
                        .filter(handler -> handler.type().name().equals(ANNOTATION))
                        .isPresent())
        .isPresent();
  }

  /** Parked with a timeout that never comes; empty if it comes, or that cannot be told. */
  private Optional<BlockedOn> parkedForEver(HeapThread thread) {
    OptionalLong blocker = shape.address(JdkField.THREAD_PARK_BLOCKER, thread.object());
    return timeouts.neverComes(thread, graph.instance(blocker.orElse(0)))
        ? references(thread).orElseGet(() -> Optional.of(parked(thread)))
        : Optional.empty();
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
    boolean label = blocker.filter(object -> isSynchronizer(object.type().name())).isEmpty();
    return joinedVirtualThread(thread)
        .<BlockedOn>map(BlockedOn.Join::new)
        .orElseGet(() -> new BlockedOn.Parked(blockerId, label));
  }

  private static boolean isSynchronizer(String type) {
    return type.startsWith("java.util.concurrent.");
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
    return monitor.isPresent()
        ? monitorWait(List.of(monitor.getAsLong()))
        : Optional.of(monitorAmongLocals(thread));
  }

  /** A wait on one of these; empty if everybody has one of them. */
  private Optional<BlockedOn> monitorWait(List<Long> monitors) {
    List<Long> ways = new ArrayList<>(monitors);
    for (long monitor : monitors) {
      HeapClass type = graph.classById(monitor);
      if (type != null && type.isArray()) {
        Optional<HeapClass> element = graph.elementClass(type);
        if (element.isEmpty()) {
          return Optional.empty();
        }
        ways.add(element.get().id());
      }
    }
    return Optional.of(new BlockedOn.MonitorWait(monitors, ways));
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
    return local(thread, depth, THREAD).map(HeapObject::address);
  }

  /** The first local of a frame that is of this class. */
  private Optional<HeapObject> local(HeapThread thread, int depth, String type) {
    return thread.roots().stream()
        .filter(root -> root.depth() == depth)
        .flatMap(root -> graph.instance(root.address()).stream())
        .filter(object -> object.type().isA(type))
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
   * local that may be dead by now, or as the receiver or the class of a synchronized method, which
   * the dump need not show. So any local may be meant, and something else as well.
   */
  private static BlockedOn monitorAmongLocals(HeapThread thread) {
    return new BlockedOn.Unknown(
        thread.roots().stream()
            .map(GcRoot::address)
            .filter(address -> address != thread.object().address())
            .distinct()
            .toList());
  }

  private Optional<BlockedOn> entering(HeapThread thread) {
    OptionalLong owner = facts.monitorOwner(thread.id());
    // Who has ended has left all monitors: another thread owns this one by now.
    return Optional.ofNullable(owner.isEmpty() ? null : byId.get(owner.getAsLong()))
        .filter(o -> isAsSeen(thread) && isAsSeen(o))
        .map(o -> new BlockedOn.MonitorEnter(o, facts.monitorType(thread.id())));
  }

  private boolean isAsSeen(HeapThread thread) {
    return facts.stack(thread.id()).filter(stack -> !isStackOf(thread, stack)).isEmpty();
  }

  /**
   * A thread that waited for a class before the dump does so still if whoever initializes that
   * class has not come to the end of it.
   */
  private Optional<BlockedOn> initialized(HeapThread thread) {
    Optional<String> awaited = facts.awaitedClass(thread.id());
    if (awaited.isEmpty()
        || thread.status() != WaitStatus.ACTIVE
        || facts.stack(thread.id()).filter(visible(thread)::equals).isEmpty()) {
      return Optional.empty();
    }
    List<HeapClass> types =
        graph.classes().stream().filter(type -> type.name().equals(awaited.get())).toList();
    return types.size() != 1
        ? Optional.empty()
        : byAddress.values().stream()
            .filter(other -> other.id() != thread.id() && initializes(other, types.get(0)))
            .findFirst()
            .map(other -> new BlockedOn.ClassInit(other, awaited.get()));
  }

  private static boolean initializes(HeapThread thread, HeapClass type) {
    return thread.frames().stream()
        .anyMatch(frame -> frame.classId() == type.id() && frame.methodName().equals("<clinit>"));
  }

  private static List<String> visible(HeapThread thread) {
    return thread.frames().stream()
        .map(StackFrame::toString)
        .filter(frame -> !Frames.isHidden(frame))
        .toList();
  }

  /** Compares the application's frames: sources differ in which of the JDK's they show. */
  private static boolean isStackOf(HeapThread thread, List<String> stack) {
    List<String> frames = thread.frames().stream().map(StackFrame::toString).toList();
    return ownFrames(frames).equals(ownFrames(stack));
  }

  private static List<String> ownFrames(List<String> stack) {
    return stack.stream().filter(frame -> !Frames.isJdk(frame) && !Frames.isHidden(frame)).toList();
  }

  /**
   * A wait for references to objects that the collector finds to be garbage, in two layers: empty
   * if it is no such wait, and with nothing inside if it ends, or that cannot be told.
   */
  private Optional<Optional<BlockedOn>> references(HeapThread thread) {
    List<StackFrame> frames = thread.frames();
    boolean waits = false;
    Optional<HeapObject> queue = Optional.empty();
    for (int i = 0; i < frames.size() && Frames.isJdk(frames.get(i).className()); i++) {
      if (frames.get(i).className().startsWith(REFERENCE_QUEUE)) {
        waits = true;
        queue = queue.isPresent() ? queue : local(thread, i, REFERENCE_QUEUE);
      }
    }
    if (!waits) {
      return Optional.empty();
    }
    return Optional.of(
        queue
            .filter(q -> shape.address(JdkField.QUEUE_HEAD, q).equals(OptionalLong.of(0)))
            .map(q -> new BlockedOn.References(q.address())));
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

  /**
   * Whether what {@code LockSupport.getBlocker} gives to whoever has the Thread can be released by
   * anybody, as permits can.
   */
  private boolean givesAway(BlockedOn blockedOn) {
    return blockedOn instanceof BlockedOn.Parked parked
        && graph
            .instance(parked.blocker())
            .filter(
                blocker ->
                    RELEASED_BY_ANYBODY.stream().anyMatch(blocker.type()::isA)
                        && !blocker.type().name().equals(SIGNALLER)
                        && OWNED_LOCKS.stream().noneMatch(blocker.type()::isA))
            .isPresent();
  }

  /**
   * Whether an interrupt ends the wait. Only the innermost call decides: one that is called
   * uninterruptible further out does not keep what it calls from hearing of an interrupt.
   */
  private static boolean isInterruptible(HeapThread thread) {
    if (thread.status() == WaitStatus.ENTERING) {
      return false;
    }
    for (StackFrame frame : thread.frames()) {
      if (!Frames.isJdk(frame.className()) || RUNS_TASKS.contains(frame.methodName())) {
        return true;
      }
      if (frame.methodName().endsWith("Uninterruptibly")
          || UNINTERRUPTIBLE_METHODS.contains(frame.className() + "." + frame.methodName())) {
        return false;
      }
    }
    return true;
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
