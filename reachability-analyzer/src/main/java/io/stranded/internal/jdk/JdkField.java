package io.stranded.internal.jdk;

import static io.stranded.internal.jdk.FieldPlace.Kind.BOOLEAN;
import static io.stranded.internal.jdk.FieldPlace.Kind.BYTE;
import static io.stranded.internal.jdk.FieldPlace.Kind.INT;
import static io.stranded.internal.jdk.FieldPlace.Kind.LONG;
import static io.stranded.internal.jdk.FieldPlace.Kind.REFERENCE;

import io.stranded.internal.jdk.FieldPlace.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A field of the JDK's own classes that the analyzer knows: one row of the table of them all. A row
 * may have a place in several classes, and by release several in one class, of which a dump has
 * one.
 */
public enum JdkField {
  VERSION(
      Absence.DETAIL,
      FieldPlace.ofStatic("java.lang.VersionProps", "java_version", REFERENCE),
      FieldPlace.ofStatic("sun.misc.Version", "java_version", REFERENCE)),

  THREAD_NAME(Absence.DETAIL, FieldPlace.of(Names.THREAD, "name", REFERENCE)),
  THREAD_ID(Absence.GAP, FieldPlace.of(Names.THREAD, "tid", LONG)),
  /** As JVMTI defines its bits; virtual threads have a state of their own. */
  THREAD_STATUS(
      Absence.GAP,
      FieldPlace.of(Names.THREAD, "threadStatus", INT).behind("holder", Names.HOLDER),
      FieldPlace.of(Names.THREAD, "threadStatus", INT)),
  THREAD_DAEMON(
      Absence.BLIND,
      FieldPlace.of(Names.THREAD, "daemon", BOOLEAN).behind("holder", Names.HOLDER),
      FieldPlace.of(Names.THREAD, "daemon", BOOLEAN)),
  THREAD_GROUP(
      Absence.GAP,
      FieldPlace.of(Names.THREAD, "group", REFERENCE).behind("holder", Names.HOLDER),
      FieldPlace.of(Names.THREAD, "group", REFERENCE)),
  THREAD_INTERRUPTED(Absence.GAP, FieldPlace.of(Names.THREAD, "interrupted", BOOLEAN)),
  THREAD_PARK_BLOCKER(Absence.WAITS, FieldPlace.of(Names.THREAD, "parkBlocker", REFERENCE)),
  THREAD_HANDLER(Absence.GAP, FieldPlace.of(Names.THREAD, "uncaughtExceptionHandler", REFERENCE)),
  /** Null once a thread has ended. */
  THREAD_TASK(
      Absence.DETAIL,
      FieldPlace.of(Names.THREAD, "task", REFERENCE).behind("holder", Names.HOLDER),
      FieldPlace.of(Names.THREAD, "target", REFERENCE)),
  THREAD_LOADER(Absence.GAP, FieldPlace.of(Names.THREAD, "contextClassLoader", REFERENCE)),
  /** A carrier's link to the virtual thread that is mounted on it. */
  THREAD_CONTINUATION(
      Absence.BLIND,
      FieldPlace.of(Names.THREAD, "cont", REFERENCE).noEdge().onlyWith(Names.VIRTUAL_THREAD)),
  /** What the runtime tells of the thread's end; it knows all threads of an executor. */
  THREAD_CONTAINER(
      Absence.BLIND,
      FieldPlace.of(Names.THREAD, "container", REFERENCE).noEdge().onlyWith(Names.VIRTUAL_THREAD)),
  CONTAINER_OWNER(
      Absence.BLIND, FieldPlace.of("jdk.internal.vm.StackableScope", "owner", REFERENCE)),
  CONTAINER_TERMINATION(
      Absence.BLIND,
      FieldPlace.of(Names.CONCURRENT + "ThreadPerTaskExecutor", "terminationSignal", REFERENCE)),
  ALL_VIRTUAL_THREADS(
      Absence.BLIND,
      FieldPlace.ofStatic(
              "jdk.internal.vm.ThreadContainers$RootContainer$TrackingRootContainer",
              "VTHREADS",
              REFERENCE)
          .noEdge()),
  ALL_CONTAINERS(
      Absence.BLIND,
      FieldPlace.ofStatic("jdk.internal.vm.ThreadContainers", "CONTAINER_REGISTRY", REFERENCE)
          .noEdge()),
  /** From 19 on groups know no threads. */
  GROUP_THREADS(
      Absence.BLIND,
      FieldPlace.of(Names.THREAD_GROUP, "threads", REFERENCE).noEdge(),
      FieldPlace.of(Names.THREAD_GROUP, "weaks", REFERENCE).instead()),
  /** Each group is in its parent's list, which makes it no one's to use. */
  GROUP_GROUPS(
      Absence.BLIND,
      FieldPlace.of(Names.THREAD_GROUP, "groups", REFERENCE).noEdge(),
      FieldPlace.of(Names.THREAD_GROUP, "weaks", REFERENCE).noEdge().onlyWith(Names.HOLDER)),
  GROUP_PARENT(Absence.GAP, FieldPlace.of(Names.THREAD_GROUP, "parent", REFERENCE)),
  GROUP_NAME(Absence.BLIND, FieldPlace.of(Names.THREAD_GROUP, "name", REFERENCE)),

  VIRTUAL_STATE(Absence.GAP, FieldPlace.of(Names.VIRTUAL_THREAD, "state", INT)),
  VIRTUAL_NEW(Absence.GAP, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "NEW", INT)),
  VIRTUAL_STARTED(Absence.GAP, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "STARTED", INT)),
  VIRTUAL_PARKED(Absence.GAP, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "PARKED", INT)),
  VIRTUAL_PINNED(Absence.GAP, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "PINNED", INT)),
  /** Up to 21 there is one state for parking with and without a timeout. */
  VIRTUAL_TIMED_PARKED(
      Absence.DETAIL, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "TIMED_PARKED", INT)),
  VIRTUAL_TIMED_PINNED(
      Absence.DETAIL, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "TIMED_PINNED", INT)),
  VIRTUAL_TIMED_WAIT(Absence.DETAIL, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "TIMED_WAIT", INT)),
  /** In nanoseconds while it is parked, in milliseconds while it waits for a monitor. */
  VIRTUAL_TIMEOUT(
      Absence.BLIND,
      FieldPlace.of(Names.VIRTUAL_THREAD, "timeout", LONG)
          .onlyWith(Names.VIRTUAL_THREAD, "timeoutTask")),
  VIRTUAL_TERMINATED(Absence.GAP, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "TERMINATED", INT)),
  /** Up to 23 virtual threads are pinned in monitors. */
  VIRTUAL_WAIT(
      Absence.BLIND,
      FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "WAIT", INT)
          .onlyWith(Names.VIRTUAL_THREAD, "notified")),
  VIRTUAL_BLOCKED(
      Absence.BLIND,
      FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "BLOCKED", INT)
          .onlyWith(Names.VIRTUAL_THREAD, "blockPermit")),
  /** A bit that a debugger adds to any state. */
  VIRTUAL_SUSPENDED(Absence.BLIND, FieldPlace.ofStatic(Names.VIRTUAL_THREAD, "SUSPENDED", INT)),

  REFERENCE_REFERENT(
      Absence.GAP, FieldPlace.of("java.lang.ref.Reference", "referent", REFERENCE).noEdge()),
  /** Leads from one reference that the collector hands over to the next one. */
  REFERENCE_DISCOVERED(
      Absence.BLIND, FieldPlace.of("java.lang.ref.Reference", "discovered", REFERENCE)),
  /** Null in a reference that is not on its way to its queue. */
  REFERENCE_NEXT(Absence.GAP, FieldPlace.of("java.lang.ref.Reference", "next", REFERENCE)),
  REFERENCE_QUEUE(Absence.BLIND, FieldPlace.of("java.lang.ref.Reference", "queue", REFERENCE)),
  QUEUE_HEAD(Absence.WAITS, FieldPlace.of("java.lang.ref.ReferenceQueue", "head", REFERENCE)),
  FINALIZER_LIST(
      Absence.BLIND, FieldPlace.ofStatic("java.lang.ref.Finalizer", "unfinalized", REFERENCE)),
  CLEANER_ACTION(
      Absence.BLIND,
      FieldPlace.of("jdk.internal.ref.CleanerImpl$PhantomCleanableRef", "action", REFERENCE),
      FieldPlace.of("jdk.internal.ref.Cleaner", "thunk", REFERENCE),
      FieldPlace.of("sun.misc.Cleaner", "thunk", REFERENCE)),
  LOADER_PARENT(Absence.GAP, FieldPlace.of("java.lang.ClassLoader", "parent", REFERENCE)),
  PROXY_HANDLER(Absence.GAP, FieldPlace.of("java.lang.reflect.Proxy", "h", REFERENCE)),
  THROWABLE_CAUSE(Absence.WAITS, FieldPlace.of(Names.THROWABLE, "cause", REFERENCE)),
  THROWABLE_STACK(Absence.WAITS, FieldPlace.of(Names.THROWABLE, "stackTrace", REFERENCE)),
  THROWABLE_SUPPRESSED(
      Absence.WAITS, FieldPlace.of(Names.THROWABLE, "suppressedExceptions", REFERENCE)),
  STRING_VALUE(Absence.DETAIL, FieldPlace.of("java.lang.String", "value", REFERENCE)),
  STRING_CODER(Absence.DETAIL, FieldPlace.of("java.lang.String", "coder", BYTE)),

  LOCK_OWNER(
      Absence.BLIND,
      FieldPlace.of(Names.LOCKS + "AbstractOwnableSynchronizer", "exclusiveOwnerThread", REFERENCE)
          .noEdge()),
  LOCK_FIRST_READER(
      Absence.BLIND,
      FieldPlace.of(Names.LOCKS + "ReentrantReadWriteLock$Sync", "firstReader", REFERENCE)
          .noEdge()),
  SYNC_STATE(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED, "state", INT),
      FieldPlace.of(Names.LONG_QUEUED, "state", LONG)),
  SYNC_HEAD(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED, "head", REFERENCE),
      FieldPlace.of(Names.LONG_QUEUED, "head", REFERENCE)),
  NODE_NEXT(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED + "$Node", "next", REFERENCE),
      FieldPlace.of(Names.LONG_QUEUED + "$Node", "next", REFERENCE)),
  NODE_WAITER(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED + "$Node", "waiter", REFERENCE).noEdge(),
      FieldPlace.of(Names.LONG_QUEUED + "$Node", "waiter", REFERENCE).noEdge(),
      FieldPlace.of(Names.LOCKS + "StampedLock$Node", "waiter", REFERENCE).noEdge()),
  NODE_STATUS(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED + "$Node", "status", INT),
      FieldPlace.of(Names.LONG_QUEUED + "$Node", "status", INT),
      FieldPlace.of(Names.LOCKS + "StampedLock$Node", "status", INT)),
  CONDITION_FIRST(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED + "$ConditionObject", "firstWaiter", REFERENCE),
      FieldPlace.of(Names.LONG_QUEUED + "$ConditionObject", "firstWaiter", REFERENCE)),
  CONDITION_NEXT(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUED + "$ConditionNode", "nextWaiter", REFERENCE),
      FieldPlace.of(Names.LONG_QUEUED + "$ConditionNode", "nextWaiter", REFERENCE)),

  SIGNALLER_THREAD(
      Absence.WAITS,
      FieldPlace.of(Names.CONCURRENT + "CompletableFuture$Signaller", "thread", REFERENCE)),
  /** What is left of a timeout; not looked at where there is none. */
  TIMEOUT_NANOS(
      Absence.BLIND,
      FieldPlace.of(Names.CONCURRENT + "CompletableFuture$Signaller", "nanos", LONG),
      FieldPlace.of(Names.CONCURRENT + "Phaser$QNode", "nanos", LONG)),
  TASK_STATE(Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "FutureTask", "state", INT)),
  FORK_JOIN_STATUS(Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "ForkJoinTask", "status", INT)),
  PHASER_STATE(Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "Phaser", "state", LONG)),
  PHASER_NODE_PHASER(
      Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "Phaser$QNode", "phaser", REFERENCE)),
  PHASER_NODE_PHASE(Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "Phaser$QNode", "phase", INT)),
  PHASER_NODE_THREAD(
      Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "Phaser$QNode", "thread", REFERENCE)),
  EXCHANGER_MATCH(
      Absence.WAITS, FieldPlace.of(Names.CONCURRENT + "Exchanger$Node", "match", REFERENCE)),
  TRANSFER_MATCH(Absence.WAITS, FieldPlace.of(Names.STACK_NODE, "match", REFERENCE)),
  TRANSFER_WAITER(
      Absence.WAITS,
      FieldPlace.of(Names.STACK_NODE, "waiter", REFERENCE),
      FieldPlace.of(Names.QUEUE_NODE, "waiter", REFERENCE),
      FieldPlace.of(Names.TRANSFER_NODE, "waiter", REFERENCE),
      FieldPlace.of(Names.DUAL_NODE, "waiter", REFERENCE)),
  TRANSFER_ITEM(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUE_NODE, "item", REFERENCE),
      FieldPlace.of(Names.TRANSFER_NODE, "item", REFERENCE),
      FieldPlace.of(Names.DUAL_NODE, "item", REFERENCE)),
  TRANSFER_IS_DATA(
      Absence.WAITS,
      FieldPlace.of(Names.QUEUE_NODE, "isData", BOOLEAN),
      FieldPlace.of(Names.TRANSFER_NODE, "isData", BOOLEAN),
      FieldPlace.of(Names.DUAL_NODE, "isData", BOOLEAN)),

  SIZE(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ArrayBlockingQueue", "count", INT),
      FieldPlace.of(Names.CONCURRENT + "LinkedBlockingDeque", "count", INT),
      FieldPlace.of(Names.CONCURRENT + "PriorityBlockingQueue", "size", INT),
      FieldPlace.of("java.util.PriorityQueue", "size", INT),
      FieldPlace.of(
          Names.CONCURRENT + "ScheduledThreadPoolExecutor$DelayedWorkQueue", "size", INT)),
  CAPACITY(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "LinkedBlockingQueue", "capacity", INT),
      FieldPlace.of(Names.CONCURRENT + "LinkedBlockingDeque", "capacity", INT)),
  QUEUE_COUNT(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "LinkedBlockingQueue", "count", REFERENCE)),
  QUEUE_ITEMS(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "ArrayBlockingQueue", "items", REFERENCE)),
  DELAYED(Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "DelayQueue", "q", REFERENCE)),
  ATOMIC_VALUE(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "atomic.AtomicInteger", "value", INT)),
  BARRIER_PARTIES(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "CyclicBarrier", "parties", INT)),
  BARRIER_COUNT(Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "CyclicBarrier", "count", INT)),
  FUTURE_RESULT(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "CompletableFuture", "result", REFERENCE)),
  TASK_RUNNER(Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "FutureTask", "runner", REFERENCE)),
  POOL_CONTROL(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "ThreadPoolExecutor", "ctl", REFERENCE)),
  POOL_FACTORY(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ThreadPoolExecutor", "threadFactory", REFERENCE)),
  POOL_QUEUE(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ThreadPoolExecutor", "workQueue", REFERENCE)),
  /** Zero for what is done once. */
  TASK_PERIOD(
      Absence.DETAIL,
      FieldPlace.of("java.util.TimerTask", "period", LONG),
      FieldPlace.of(
          Names.CONCURRENT + "ScheduledThreadPoolExecutor$ScheduledFutureTask", "period", LONG)),
  POOL_OF_WORKER(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ThreadPoolExecutor$Worker", "this$0", REFERENCE)),
  POOL_MAXIMUM(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ThreadPoolExecutor", "maximumPoolSize", INT)),
  FORK_JOIN_POOL(
      Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "ForkJoinWorkerThread", "pool", REFERENCE)),
  FORK_JOIN_CONTROL(Absence.DETAIL, FieldPlace.of(Names.CONCURRENT + "ForkJoinPool", "ctl", LONG)),
  FORK_JOIN_PARALLELISM(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ForkJoinPool", "parallelism", INT),
      FieldPlace.of(Names.CONCURRENT + "ForkJoinPool", "mode", INT).instead()),
  /** Up to 18: parallelism in its lower half, from which the control word counts workers. */
  FORK_JOIN_MODE(
      Absence.DETAIL,
      FieldPlace.of(Names.CONCURRENT + "ForkJoinPool", "mode", INT),
      FieldPlace.of(Names.CONCURRENT + "ForkJoinPool", "parallelism", INT).instead());

  /** What it means if a dump has the class of a row and not its field. */
  public enum Absence {
    /** Nothing in the dump can be proved. */
    GAP,
    /** Waits that need the field are in doubt. */
    WAITS,
    /** Leaks may be missed, or told with less confidence; those that are found are leaks. */
    BLIND,
    /** Something that is printed is left out. */
    DETAIL
  }

  /** Names of classes that many rows are of. */
  private static final class Names {
    static final String THREAD = "java.lang.Thread";
    static final String HOLDER = "java.lang.Thread$FieldHolder";
    static final String THREAD_GROUP = "java.lang.ThreadGroup";
    static final String VIRTUAL_THREAD = "java.lang.VirtualThread";
    static final String THROWABLE = "java.lang.Throwable";
    static final String CONCURRENT = "java.util.concurrent.";
    static final String LOCKS = CONCURRENT + "locks.";
    static final String QUEUED = LOCKS + "AbstractQueuedSynchronizer";
    static final String LONG_QUEUED = LOCKS + "AbstractQueuedLongSynchronizer";
    static final String STACK_NODE = CONCURRENT + "SynchronousQueue$TransferStack$SNode";
    static final String QUEUE_NODE = CONCURRENT + "SynchronousQueue$TransferQueue$QNode";
    static final String TRANSFER_NODE = CONCURRENT + "LinkedTransferQueue$Node";
    static final String DUAL_NODE = CONCURRENT + "LinkedTransferQueue$DualNode";

    private Names() {}
  }

  private final Absence absence;

  /** A copy that nobody can change. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<FieldPlace> places;

  JdkField(Absence absence, FieldPlace... places) {
    this.absence = absence;
    this.places = List.of(places);
  }

  /** What it means if a dump has a class of this row without the field. */
  public Absence absence() {
    return absence;
  }

  List<FieldPlace> places() {
    return places;
  }

  /** The name of the field in each class that declares it. */
  public Map<String, String> byDeclaring() {
    return places.stream()
        .collect(Collectors.toMap(FieldPlace::declaring, FieldPlace::name, (one, other) -> one));
  }

  /** Instance fields by which live code reaches nothing, by the class that declares them. */
  public static Map<String, Set<String>> noEdges() {
    return noEdges(/* ofStatics= */ false);
  }

  /** Static fields by which live code reaches nothing, by class. */
  public static Map<String, Set<String>> noStaticEdges() {
    return noEdges(/* ofStatics= */ true);
  }

  private static Map<String, Set<String>> noEdges(boolean ofStatics) {
    return Stream.of(values())
        .flatMap(row -> row.places.stream())
        .filter(place -> place.role() == Role.NO_EDGE && place.isStatic() == ofStatics)
        .collect(
            Collectors.groupingBy(
                FieldPlace::declaring, Collectors.mapping(FieldPlace::name, Collectors.toSet())));
  }
}
