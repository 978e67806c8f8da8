package io.stranded.internal.jdk;

import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.HeapThread.WaitStatus;
import io.stranded.internal.heap.ThreadRoot;
import io.stranded.internal.hprof.StackFrame;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The threads of a dump, and what they do. Immutable. */
public final class JdkThreads {
  /** The bits of {@code Thread.threadStatus}, as JVMTI defines them. */
  private static final int WAITING_INDEFINITELY = 0x10;

  private static final int WAITING_WITH_TIMEOUT = 0x20;

  private static final int IN_OBJECT_WAIT = 0x100;
  private static final int PARKED = 0x200;
  private static final int BLOCKED_ON_MONITOR_ENTER = 0x400;

  private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

  /** Whose end is told to nobody but the executor, which a worker knows anyway. */
  private static final Set<String> QUIET_CONTAINERS =
      Set.of("jdk.internal.vm.SharedThreadContainer");

  private final HeapGraph graph;
  private final JdkShape shape;
  private final List<HeapThread> threads;
  private final int hiddenVirtualThreads;
  private final boolean interrupting;

  private JdkThreads(HeapGraph graph, JdkShape shape) {
    this.graph = graph;
    this.shape = shape;
    this.threads = started();
    this.hiddenVirtualThreads = countHidden();
    this.interrupting = graph.interruptedExceptions().stream().anyMatch(this::isUnconstructed);
  }

  /** Reads the threads of a graph. What is missing of their stacks is damage of the graph. */
  public static JdkThreads of(HeapGraph graph) {
    return new JdkThreads(graph, JdkShape.of(graph));
  }

  public HeapGraph graph() {
    return graph;
  }

  public JdkShape shape() {
    return shape;
  }

  /** Threads that were started and have not ended, in the order of the dump. */
  public List<HeapThread> all() {
    return threads;
  }

  /** Started virtual threads whose stacks, and all that only they hold, are not in the dump. */
  public int hiddenVirtualThreads() {
    return hiddenVirtualThreads;
  }

  /**
   * Whether the JVM was about to throw an InterruptedException, or that cannot be told: it has
   * taken the interrupted flag away from a thread that still looks as if it were in {@code
   * Object.wait}.
   */
  public boolean isInterrupting() {
    return interrupting;
  }

  /**
   * What the runtime releases when a thread ends, and knows by {@code Thread.container} alone: the
   * latch of an executor that waits for its tasks, the owner of a scope.
   */
  public List<Long> releasedAtEndOf(HeapThread thread) {
    Optional<HeapObject> container = shape.referred(JdkField.THREAD_CONTAINER, thread.object());
    if (container.isEmpty() || QUIET_CONTAINERS.contains(container.get().type().name())) {
      return List.of();
    }
    OptionalLong owner = shape.address(JdkField.CONTAINER_OWNER, container.get());
    OptionalLong latch = shape.address(JdkField.CONTAINER_TERMINATION, container.get());
    boolean known =
        latch.isPresent()
            || container.get().type().name().startsWith("jdk.internal.misc.ThreadFlock");
    return known && owner.isPresent()
        ? List.of(owner.getAsLong(), latch.orElse(0))
        : List.of(container.get().address());
  }

  private List<HeapThread> started() {
    Set<Long> tracesUsed = new HashSet<>();
    List<HeapThread> started = new ArrayList<>();
    for (ThreadRoot root : graph.threadRoots()) {
      started.add(thread(root, frames(root.traceSerial(), tracesUsed)));
    }
    return List.copyOf(started);
  }

  /**
   * The stack of a thread. Its frames name classes that it keeps alive, so whatever they do not
   * tell is damage.
   */
  private List<StackFrame> frames(long serial, Set<Long> tracesUsed) {
    if (tracesUsed.contains(serial)) {
      // No two threads have one stack; read again and again, it would cost without bound.
      graph.addDamage("stack trace " + serial + " belongs to several threads");
      return List.of();
    }
    List<StackFrame> frames = graph.index().stackTrace(serial);
    if (!frames.isEmpty()) {
      tracesUsed.add(serial);
    }
    boolean missing = serial != 0 && !graph.index().hasStackTrace(serial);
    if (missing || frames.stream().anyMatch(frame -> frame.classId() == 0)) {
      graph.addDamage("stack trace " + serial + " or a class of one of its frames is missing");
    }
    return frames;
  }

  private HeapThread thread(ThreadRoot root, List<StackFrame> frames) {
    HeapObject object = root.object();
    boolean virtual = object.type().name().equals(VIRTUAL_THREAD);
    return new HeapThread(
        object,
        shape.text(JdkField.THREAD_NAME, object).orElse(""),
        shape.number(JdkField.THREAD_ID, object).orElse(0),
        virtual || shape.number(JdkField.THREAD_DAEMON, object).orElse(0) != 0,
        virtual,
        virtual ? virtualStatus(object, frames) : platformStatus(object),
        frames,
        root.roots());
  }

  /** What a thread does that does not tell counts as live; the shape says so. */
  private WaitStatus platformStatus(HeapObject thread) {
    long status = shape.number(JdkField.THREAD_STATUS, thread).orElse(0);
    if ((status & BLOCKED_ON_MONITOR_ENTER) != 0) {
      return WaitStatus.ENTERING;
    }
    if ((status & WAITING_INDEFINITELY) == 0) {
      int timed = WAITING_WITH_TIMEOUT | PARKED;
      return (status & timed) == timed ? WaitStatus.PARKED_FOR_A_TIME : WaitStatus.ACTIVE;
    }
    if ((status & IN_OBJECT_WAIT) != 0) {
      return WaitStatus.WAITING;
    }
    return (status & PARKED) != 0 ? WaitStatus.PARKED : WaitStatus.ACTIVE;
  }

  /**
   * The timeout of a virtual thread that waits, in the unit of its wait; empty if the dump does not
   * tell, as of one that is pinned.
   */
  OptionalLong timeoutOf(HeapThread thread) {
    return thread.virtual()
            && (isIn(thread.object(), JdkField.VIRTUAL_TIMED_PARKED)
                || isIn(thread.object(), JdkField.VIRTUAL_TIMED_WAIT))
        ? shape.number(JdkField.VIRTUAL_TIMEOUT, thread.object())
        : OptionalLong.empty();
  }

  private WaitStatus virtualStatus(HeapObject thread, List<StackFrame> frames) {
    if (isIn(thread, JdkField.VIRTUAL_WAIT)) {
      return WaitStatus.WAITING;
    }
    if (isIn(thread, JdkField.VIRTUAL_TIMED_WAIT)) {
      return WaitStatus.WAITING_FOR_A_TIME;
    }
    if (isIn(thread, JdkField.VIRTUAL_BLOCKED)) {
      return WaitStatus.ENTERING;
    }
    if (isIn(thread, JdkField.VIRTUAL_TIMED_PARKED)
        || isIn(thread, JdkField.VIRTUAL_TIMED_PINNED)) {
      return WaitStatus.PARKED_FOR_A_TIME;
    }
    if (!isIn(thread, JdkField.VIRTUAL_PARKED) && !isIn(thread, JdkField.VIRTUAL_PINNED)) {
      return WaitStatus.ACTIVE;
    }
    // JDK 21 has one state for parking with and without a timeout: there the stack must tell.
    boolean timedApart = shape.constant(JdkField.VIRTUAL_TIMED_PARKED).isPresent();
    boolean timed =
        !timedApart && frames.stream().anyMatch(frame -> frame.methodName().contains("parkNanos"));
    return timed ? WaitStatus.PARKED_FOR_A_TIME : WaitStatus.PARKED;
  }

  /** How many virtual threads run or wait on a stack that is not in the dump. */
  private int countHidden() {
    Set<Long> visible = new HashSet<>();
    graph.threadRoots().forEach(root -> visible.add(root.object().address()));
    int hidden = 0;
    for (long address : graph.virtualThreads()) {
      if (!visible.contains(address)
          && graph.instance(address).filter(this::hasStack).isPresent()) {
        hidden++;
      }
    }
    return hidden;
  }

  private boolean hasStack(HeapObject thread) {
    return !isIn(thread, JdkField.VIRTUAL_NEW)
        && !isIn(thread, JdkField.VIRTUAL_STARTED)
        && !isIn(thread, JdkField.VIRTUAL_TERMINATED);
  }

  /** The states are private constants that differ by release, but the dump has their values. */
  private boolean isIn(HeapObject virtualThread, JdkField stateConstant) {
    OptionalLong state = shape.number(JdkField.VIRTUAL_STATE, virtualThread);
    OptionalInt wanted = shape.constant(stateConstant);
    int suspended = shape.constant(JdkField.VIRTUAL_SUSPENDED).orElse(0);
    return state.isPresent()
        && wanted.isPresent()
        && (state.getAsLong() & ~suspended) == wanted.getAsInt();
  }

  /** Constructors of Throwable leave none of these null. */
  private boolean isUnconstructed(long address) {
    return graph
        .instance(address)
        .filter(
            throwable ->
                shape.address(JdkField.THROWABLE_CAUSE, throwable).orElse(0) == 0
                    && shape.address(JdkField.THROWABLE_STACK, throwable).orElse(0) == 0
                    && shape.address(JdkField.THROWABLE_SUPPRESSED, throwable).orElse(0) == 0)
        .isPresent();
  }
}
