package io.stranded.liveness;

import io.stranded.liveness.LivenessOracle.Actor;
import io.stranded.liveness.LivenessOracle.Edge;
import io.stranded.liveness.LivenessOracle.Ending;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.DumpBuilder.ThreadBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** A random heap with waiting threads, told to a dump and to the oracle at the same time. */
final class RandomGraph implements ThreadFacts {
  private static final String REF = "java.lang.ref.";
  private static final String CONCURRENT = "java.util.concurrent.";
  private static final String QUEUED = CONCURRENT + "locks.AbstractQueuedSynchronizer";
  private static final String LOCK = CONCURRENT + "locks.ReentrantLock$Sync";
  private static final String GROUP = "java.lang.ThreadGroup";
  private static final String CLASS_VALUES = "java.lang.ClassValue$ClassValueMap";
  private static final String CLEANER = "jdk.internal.ref.CleanerImpl$PhantomCleanableRef";
  private static final String FUTURE = CONCURRENT + "FutureTask";
  private static final long DANGLING = 0x6000_0000_0000L;

  /** A quarter of a page of the index. */
  private static final long PAGES_APART = 256 << 10;

  final DumpBuilder dump = new DumpBuilder();
  final LivenessOracle oracle = new LivenessOracle();
  private final Random random;
  private final List<Long> anything = new ArrayList<>();
  private final List<ThreadBuilder> started = new ArrayList<>();
  private final Set<Long> unstarted = new HashSet<>();

  private final List<Long> groups = new ArrayList<>();

  /** Threads whose waits stay in doubt, whoever looks twice. */
  private final Set<Long> unknownWaits = new HashSet<>();

  private final Set<Long> entering = new HashSet<>();
  private final Map<Long, Steadiness> steadiness = new HashMap<>();
  private final Map<Long, Long> monitorOwners = new HashMap<>();

  RandomGraph(long seed, int size) {
    this.random = new Random(seed);
    if (seed % 2 == 1) {
      dump.apart(PAGES_APART);
    }
    declareTypes();
    List<Long> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add(dump.newId());
    }
    for (int i = 0; i < 1 + random.nextInt(size); i++) {
      started.add(dump.thread("t" + i));
    }
    List<ThreadBuilder> notStarted = new ArrayList<>();
    for (int i = 0; i < random.nextInt(3); i++) {
      notStarted.add(dump.thread("unstarted" + i).notARoot());
    }
    groups();
    anything.addAll(nodes);
    started.forEach(thread -> anything.add(thread.id()));
    notStarted.forEach(thread -> anything.add(thread.id()));
    notStarted.forEach(thread -> unstarted.add(thread.id()));
    anything.add(0L);
    anything.add(DANGLING + random.nextInt(100));
    for (int i = 0; i < 2 + size / 10; i++) {
      // So much garbage that the collector cannot have been there.
      dump.object("app.Gate", Map.of());
    }
    classes();
    nodes.forEach(this::object);
    notStarted.forEach(this::fields);
    for (int i = 0; i < started.size(); i++) {
      thread(i);
    }
    for (int i = 0; i < 1 + size / 6; i++) {
      long root = pick();
      dump.root(root);
      oracle.root(root);
    }
  }

  @Override
  public Steadiness steadiness(long threadId) {
    return steadiness.getOrDefault(threadId, Steadiness.UNKNOWN);
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Long owner = monitorOwners.get(threadId);
    return owner == null ? OptionalLong.empty() : OptionalLong.of(owner);
  }

  private void declareTypes() {
    dump.type("app.Node", "java.lang.Object", "a:ref", "b:ref")
        .type("app.Statics", "app.Node", "static held:ref")
        .type("app.SubStatics", "app.Statics", "static own:ref")
        .type("app.Worker", "java.lang.Thread", "inbox:ref")
        .type("app.Gate", "java.lang.Object")
        .type("app.Task", "java.lang.Object", "static current:ref")
        .type(GROUP, "java.lang.Object", "name:ref", "threads:ref", "parent:ref")
        .type(CLASS_VALUES, "app.Node")
        .type(
            REF + "Reference",
            "java.lang.Object",
            "referent:ref",
            "queue:ref",
            "next:ref",
            "discovered:ref")
        .type(REF + "WeakReference", REF + "Reference")
        .type(REF + "SoftReference", REF + "Reference")
        .type(REF + "FinalReference", REF + "Reference")
        .type(REF + "Finalizer", REF + "FinalReference")
        .type(REF + "PhantomReference", REF + "Reference")
        .type("app.Cleanable", REF + "PhantomReference", "action:ref")
        .type(CLEANER, REF + "PhantomReference", "action:ref")
        .type(FUTURE, "java.lang.Object", "state:int", "callable:ref")
        .type(
            CONCURRENT + "locks.AbstractOwnableSynchronizer",
            "java.lang.Object",
            "exclusiveOwnerThread:ref")
        .type(
            QUEUED,
            CONCURRENT + "locks.AbstractOwnableSynchronizer",
            "head:ref",
            "tail:ref",
            "state:int")
        .type(QUEUED + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int")
        .type(LOCK, QUEUED)
        .type(CONCURRENT + "locks.ReentrantLock", "java.lang.Object", "sync:ref")
        .type("app.Lock", CONCURRENT + "locks.ReentrantLock")
        .type(CONCURRENT + "locks.LockSupport", "java.lang.Object");
  }

  private void classes() {
    for (String type : List.of("app.Node", "app.Statics", "app.SubStatics", "app.Task")) {
      anything.add(dump.classId(type));
      oracle.type(dump.classId(type));
    }
    staticField("app.Statics", "held");
    staticField("app.SubStatics", "own");
    staticField("app.Task", "current");
    oracle.type(dump.classId(CLASS_VALUES));
    oracle.reference(dump.classId(CLASS_VALUES), Edge.STRONG, dump.classId("app.Node"));
    oracle.reference(dump.classId("app.SubStatics"), Edge.STRONG, dump.classId("app.Statics"));
    oracle.reference(dump.classId("app.Statics"), Edge.STRONG, dump.classId("app.Node"));
  }

  private void staticField(String type, String field) {
    long value = pick();
    dump.staticField(type, field, value);
    oracle.reference(dump.classId(type), Edge.STRONG, value);
  }

  private void object(long id) {
    switch (random.nextInt(12)) {
      case 0 -> object(id, REF + "WeakReference", Map.of("referent", Edge.DEFERRED));
      case 1 -> object(id, REF + "SoftReference", Map.of("referent", Edge.DEFERRED));
      case 2 -> cleanup(id);
      case 3 -> {
        // The referent of a phantom reference is nobody's.
        unseen(id, "app.Cleanable", "referent", Edge.NONE, Map.of("action", Edge.STRONG));
      }
      case 4 ->
          object(
              id, REF + "WeakReference", Map.of("discovered", Edge.STRONG, "queue", Edge.STRONG));
      case 5 -> {
        unseen(id, GROUP, "threads", Edge.REGISTRY, Map.of("parent", Edge.STRONG));
      }
      case 6 -> {
        object(id, "app.SubStatics", Map.of("a", Edge.STRONG));
        oracle.reference(id, Edge.STRONG, dump.classId("app.SubStatics"));
      }
      case 7 -> {
        if (random.nextInt(4) == 0) {
          object(id, CLASS_VALUES, Map.of("a", Edge.STRONG));
          oracle.reference(id, Edge.STRONG, dump.classId(CLASS_VALUES));
          oracle.root(id);
        } else {
          node(id);
        }
      }
      default -> node(id);
    }
  }

  private void node(long id) {
    object(id, "app.Node", Map.of("a", Edge.STRONG, "b", Edge.STRONG));
    oracle.reference(id, Edge.STRONG, dump.classId("app.Node"));
  }

  private void object(long id, String type, Map<String, Edge> edges) {
    Map<String, Long> values = new HashMap<>();
    oracle.object(id);
    edges.forEach(
        (field, edge) -> {
          long value = pick();
          values.put(field, value);
          oracle.reference(id, edge, value);
        });
    dump.object(id, type, values);
  }

  /** A finalizer or a cleaner, which may be on its way to its queue already. */
  private void cleanup(long id) {
    boolean finalizer = random.nextBoolean();
    long referent = pick();
    long target = finalizer ? referent : pick();
    long queued = random.nextInt(4) == 0 ? id : 0;
    Map<String, Long> values = new HashMap<>(Map.of("referent", referent, "discovered", queued));
    if (!finalizer) {
      values.put("action", target);
    }
    oracle.object(id);
    oracle.reference(id, Edge.NONE, referent);
    oracle.reference(id, Edge.STRONG, queued);
    oracle.action(id, queued == 0 ? referent : 0, target);
    dump.object(id, finalizer ? REF + "Finalizer" : CLEANER, values);
  }

  /** An object with a field that is no edge. */
  private void unseen(long id, String type, String field, Edge kind, Map<String, Edge> edges) {
    long unseen = pick();
    Map<String, Long> values = new HashMap<>(Map.of(field, unseen));
    oracle.object(id);
    oracle.reference(id, kind, unseen);
    edges.forEach(
        (name, edge) -> {
          long value = pick();
          values.put(name, value);
          oracle.reference(id, edge, value);
        });
    dump.object(id, type, values);
  }

  private void fields(ThreadBuilder thread) {
    oracle.object(thread.id());
    long target = pick();
    thread.field("target", target);
    oracle.reference(thread.id(), Edge.PRIVATE, target);
    long loader = pick();
    thread.field("contextClassLoader", loader);
    oracle.reference(thread.id(), Edge.STRONG, loader);
    if (random.nextBoolean()) {
      long inbox = pick();
      thread.ofType("app.Worker").field("inbox", inbox);
      oracle.reference(thread.id(), Edge.STRONG, inbox);
    }
    if (random.nextInt(4) == 0) {
      group(thread);
    }
  }

  /** Puts a thread into one of two groups, one in the other; whoever has it gets at the thread. */
  private void group(ThreadBuilder thread) {
    long group = groups.get(random.nextInt(groups.size()));
    thread.field("group", group);
    oracle.reference(thread.id(), Edge.STRONG, group);
    if (!unstarted.contains(thread.id())) {
      oracle.reference(group, Edge.STRONG, thread.id());
      if (group != groups.get(0)) {
        oracle.reference(groups.get(0), Edge.STRONG, thread.id());
      }
    }
  }

  private void groups() {
    long system = dump.object(GROUP, Map.of());
    long main = dump.object(GROUP, Map.of("parent", system, "name", dump.string("main")));
    long parent = main;
    for (int i = 0; i < 2; i++) {
      long group = dump.object(GROUP, Map.of("parent", parent));
      oracle.object(group);
      oracle.reference(group, Edge.STRONG, parent);
      groups.add(group);
      anything.add(group);
      parent = group;
    }
  }

  private void thread(int index) {
    ThreadBuilder thread = started.get(index);
    fields(thread);
    Actor actor = oracle.actor("t" + index, thread.id());
    boolean released =
        switch (random.nextInt(10)) {
          case 0, 1 -> running(thread);
          case 2 -> parked(thread, actor, "app.Gate", 0, /* known= */ false);
          case 3, 4 -> future(thread, actor);
          case 5 -> lock(thread, actor);
          case 6 -> monitorWait(thread, actor);
          case 7 -> join(thread, actor);
          case 8 -> enter(thread, actor);
          default -> bare(thread, actor);
        };
    if (random.nextInt(4) == 0) {
      thread.frame(CONCURRENT + "locks.ReentrantLock", "lock");
      actor.interruptible = false;
      actor.handedAt += actor.handedAt.isEmpty() ? "" : " in lock";
    }
    thread.frame("app.Task", "run");
    for (int i = random.nextInt(3); i > 0; i--) {
      local(thread, actor, pick());
    }
    if (actor.ending.equals(Optional.of(Ending.OBJECT)) && actor.waitsFor.isEmpty()) {
      // What it waits on is not shown: any local may be it.
      actor.waitsFor = new HashSet<>(actor.stack);
      actor.waitsFor.remove(thread.id());
    }
    actor.stack.add(dump.classId("app.Task"));
    Steadiness seen = steadiness();
    steadiness.put(thread.threadId(), seen);
    if (seen == Steadiness.STEADY) {
      actor.handedAt = "";
    }
    boolean bare = actor.ending.equals(Optional.of(Ending.HANDLE));
    if (seen == Steadiness.STEADY && !bare && !unknownWaits.contains(thread.id())) {
      actor.doubtful = false;
    }
    boolean interrupted = random.nextInt(12) == 0 && !entering.contains(thread.id());
    thread.field("interrupted", interrupted ? 1 : 0);
    if (released || interrupted || seen == Steadiness.MOVED) {
      actor.ending = Optional.empty();
    }
  }

  private Steadiness steadiness() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> Steadiness.STEADY;
      case 2 -> Steadiness.MOVED;
      default -> Steadiness.UNKNOWN;
    };
  }

  private boolean running(ThreadBuilder thread) {
    oracle.runsJava();
    thread.frame("app.Task", "work");
    return true;
  }

  private boolean future(ThreadBuilder thread, Actor actor) {
    actor.handedAt = "get";
    return parked(thread, actor, FUTURE, random.nextInt(8) == 0 ? 2 : 1, /* known= */ true);
  }

  private boolean parked(ThreadBuilder thread, Actor actor, String type, int state, boolean known) {
    long blocker =
        known
            ? dump.object(type, Map.of("state", state, "callable", 0))
            : dump.object(type, Map.of());
    oracle.object(blocker);
    anything.add(blocker);
    thread.parkedOn(blocker);
    oracle.reference(thread.id(), Edge.PRIVATE, blocker);
    actor.ending = Optional.of(Ending.OBJECT);
    actor.waitsFor = Set.of(blocker);
    actor.doubtful = !known;
    actor.byHandle = !known;
    return state == 2;
  }

  /** Parks for a lock; its node is in the queue, or not in the dump, or already released. */
  private boolean lock(ThreadBuilder thread, Actor actor) {
    boolean shown = random.nextInt(5) != 0;
    boolean released = shown && random.nextInt(8) == 0;
    long node =
        dump.object(QUEUED + "$Node", Map.of("waiter", thread.id(), "status", released ? 0 : 1));
    long head = dump.object(QUEUED + "$Node", Map.of("next", shown ? node : 0));
    long owner = random.nextInt(6) == 0 ? 0 : pickThread();
    long lock = dump.object(LOCK, Map.of("head", head, "exclusiveOwnerThread", owner, "state", 1));
    oracle.object(node);
    oracle.reference(head, Edge.STRONG, shown ? node : 0);
    oracle.reference(lock, Edge.STRONG, head);
    oracle.reference(node, Edge.REGISTRY, thread.id());
    oracle.reference(lock, Edge.REGISTRY, owner);
    anything.add(lock);
    ofApplication(lock, owner, shown ? thread.id() : 0);
    thread.parkedOn(lock);
    oracle.reference(thread.id(), Edge.PRIVATE, lock);
    actor.ending = Optional.of(owner == 0 ? Ending.OBJECT : Ending.THREAD);
    actor.waitsFor = Set.of(owner == 0 ? lock : owner);
    actor.doubtful = !shown;
    return released;
  }

  /** A lock with this synchronizer, whose owner and queue it tells if it is the application's. */
  private void ofApplication(long sync, long owner, long waiter) {
    boolean telling = random.nextBoolean();
    long lock =
        dump.object(
            telling ? "app.Lock" : CONCURRENT + "locks.ReentrantLock", Map.of("sync", sync));
    oracle.object(lock);
    oracle.reference(lock, Edge.STRONG, sync);
    if (telling) {
      oracle.reference(lock, Edge.STRONG, owner);
      oracle.reference(lock, Edge.STRONG, waiter);
    }
    anything.add(lock);
  }

  private boolean monitorWait(ThreadBuilder thread, Actor actor) {
    long monitor = pickObject();
    boolean shown = random.nextInt(4) != 0;
    thread.waiting().frame("java.lang.Object", "wait");
    if (shown) {
      local(thread, actor, monitor);
      actor.waitsFor = Set.of(monitor);
      actor.handedAt = "wait";
      if (isThread(monitor)) {
        actor.doubtful = true;
        unknownWaits.add(thread.id());
      }
    } else {
      actor.doubtful = true;
      unknownWaits.add(thread.id());
    }
    actor.ending = Optional.of(Ending.OBJECT);
    return false;
  }

  private boolean isThread(long object) {
    return unstarted.contains(object) || started.stream().anyMatch(thread -> thread.id() == object);
  }

  private boolean join(ThreadBuilder thread, Actor actor) {
    long joined = pickThread();
    thread.waiting().frame("java.lang.Object", "wait").frame("java.lang.Thread", "join");
    local(thread, actor, joined);
    actor.ending = Optional.of(Ending.THREAD);
    actor.waitsFor = Set.of(joined);
    return unstarted.contains(joined);
  }

  /** Enters a monitor; without its owner, or with one that has ended, nothing can be said. */
  private boolean enter(ThreadBuilder thread, Actor actor) {
    thread.entering();
    entering.add(thread.id());
    actor.interruptible = false;
    if (random.nextInt(3) == 0) {
      return true;
    }
    boolean ended = random.nextInt(4) == 0;
    ThreadBuilder owner = started.get(random.nextInt(started.size()));
    monitorOwners.put(thread.threadId(), ended ? -1L : owner.threadId());
    actor.ending = Optional.of(Ending.THREAD);
    actor.waitsFor = Set.of(owner.id());
    return ended;
  }

  private static boolean bare(ThreadBuilder thread, Actor actor) {
    thread.parkedOn(0);
    actor.ending = Optional.of(Ending.HANDLE);
    actor.doubtful = true;
    return false;
  }

  private static void local(ThreadBuilder thread, Actor actor, long value) {
    thread.local(value);
    actor.stack.add(value);
  }

  private long pick() {
    return anything.get(random.nextInt(anything.size()));
  }

  /** Something that is in the dump. */
  private long pickObject() {
    long picked = pick();
    while (picked == 0 || (picked >= DANGLING && picked < DANGLING + 100)) {
      picked = pick();
    }
    return picked;
  }

  /** A thread that may never have been started. */
  private long pickThread() {
    List<Long> threads = new ArrayList<>(unstarted);
    started.forEach(thread -> threads.add(thread.id()));
    return threads.get(random.nextInt(threads.size()));
  }
}
