package io.stranded.liveness;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.jdk.GivenThreads;
import io.stranded.internal.jdk.JdkField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which references are a way for live code to reach an object.
 *
 * <p>Left out for good: registries of the runtime (a thread that only the JVM's own bookkeeping
 * knows is known by nobody), the synchronizers' pointers to their threads (user code cannot get at
 * them, but by {@link GivenThreads}), and what only the collector reads. Left for later: weak and
 * soft referents, and what a finalizer or a cleaner's action leads to, which runs only after its
 * object has become garbage.
 */
final class EdgePolicy {
  private static final String REFERENCE = "java.lang.ref.Reference";
  private static final String THREAD = "java.lang.Thread";

  /** Lambdas by which the runtime goes on with a virtual thread, and ends its waits in time. */
  private static final String OF_VIRTUAL_THREAD = "java.lang.VirtualThread$$Lambda";

  /** By which our own agent knows a thread: weakly, and never to wake it. */
  static final String AGENT_SLOT = "io.stranded.agent.Slot";

  /** By which our own agent shows what hidden classes hold: weakly here, but they do not. */
  static final String AGENT_CLASS_DATA = "io.stranded.agent.HiddenClassData$Shown";

  /** What is asked. */
  private enum Reach {
    /** What live code reaches. */
    LIVE_CODE,
    /** What the collector keeps, even if memory is short. */
    COLLECTOR,
    /** What the collector keeps, as long as there is memory enough. */
    IDLE_COLLECTOR,
    /** What any reference leads to. */
    EVERYTHING
  }

  /** Instance fields that are no edges, by declaring class. */
  private static final Map<String, Set<String>> NO_EDGES = JdkField.noEdges();

  /** Static fields that are no edges, by class. */
  private static final Map<String, Set<String>> NO_STATIC_EDGES = JdkField.noStaticEdges();

  /** What {@code java.lang.Thread} and these keep, nobody who holds a Thread gets at. */
  static final Set<String> RUNTIME_THREADS =
      Set.of(
          THREAD,
          "java.lang.BaseVirtualThread",
          "java.lang.VirtualThread",
          "java.lang.ThreadBuilders$BoundVirtualThread");

  /** But for these, which it gives away. */
  static final Set<String> GIVEN_AWAY =
      Set.of(name(JdkField.THREAD_HANDLER), name(JdkField.THREAD_LOADER));

  static final String FINAL_REFERENCE = "java.lang.ref.FinalReference";
  static final String REFERENT = name(JdkField.REFERENCE_REFERENT);
  static final String DISCOVERED = name(JdkField.REFERENCE_DISCOVERED);
  private static final String QUEUE = name(JdkField.REFERENCE_QUEUE);

  /** By declaring class: the field that leads to what a cleaner does. */
  private static final Map<String, String> ACTIONS = JdkField.CLEANER_ACTION.byDeclaring();

  /** Not null in a reference whose object is garbage already. */
  private static final Set<String> QUEUED = Set.of(name(JdkField.REFERENCE_NEXT), DISCOVERED);

  private static String name(JdkField field) {
    return field.byDeclaring().values().iterator().next();
  }

  /** The references of a class's instances, as offsets into their fields. */
  static final class Edges {
    /** Edges. */
    final int[] followed;

    /** Those of the edges that whoever holds the Thread gets at. */
    final int[] ofHandle;

    /** The weak or soft referent, or -1. */
    final int deferred;

    /** What a finalizer, a cleaner or a reference leads to once its object is garbage, or -1. */
    final int action;

    /** The referent of a reference, or -1. */
    final int referent;

    /** Fields that are not null once a reference is on its way to its queue. */
    final int[] queued;

    /** All other references: those that are no edges. */
    final int[] passedOver;

    /** Whether instances are threads. */
    final boolean thread;

    /** Whether instances are what the runtime does for a virtual thread, which it knows by them. */
    final boolean ofVirtualThread;

    /** Whether whoever has an instance gets at the threads that it knows as a lock. */
    final boolean givesThreads;

    private Edges(Offsets offsets, boolean thread, boolean ofVirtualThread, boolean givesThreads) {
      this.followed = toArray(offsets.followed);
      this.ofHandle = thread ? toArray(offsets.ofHandle) : new int[0];
      this.deferred = offsets.deferred;
      this.action = offsets.action;
      this.referent = offsets.referent;
      this.queued = toArray(offsets.queued);
      this.passedOver = toArray(offsets.passedOver);
      this.thread = thread;
      this.ofVirtualThread = ofVirtualThread;
      this.givesThreads = givesThreads;
    }

    private static int[] toArray(List<Integer> values) {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** Edges as they are found. */
  private static final class Offsets {
    final List<Integer> followed = new ArrayList<>();
    final List<Integer> ofHandle = new ArrayList<>();
    final List<Integer> queued = new ArrayList<>();
    final List<Integer> passedOver = new ArrayList<>();
    int deferred = -1;
    int action = -1;
    int referent = -1;
  }

  private final Edges[] byClass;
  private final Reach reach;

  private EdgePolicy(int classCount, Reach reach) {
    this.byClass = new Edges[classCount];
    this.reach = reach;
  }

  /** The ways by which live code reaches objects. */
  static EdgePolicy ofLiveCode(int classCount) {
    return new EdgePolicy(classCount, Reach.LIVE_CODE);
  }

  /** The references by which the collector keeps objects: those that are neither weak nor soft. */
  static EdgePolicy ofCollector(int classCount) {
    return new EdgePolicy(classCount, Reach.COLLECTOR);
  }

  /** The references by which it keeps objects while there is memory enough: soft ones, too. */
  static EdgePolicy ofIdleCollector(int classCount) {
    return new EdgePolicy(classCount, Reach.IDLE_COLLECTOR);
  }

  /** Every reference there is, strong or weak, whoever may use it. */
  static EdgePolicy ofEverything(int classCount) {
    return new EdgePolicy(classCount, Reach.EVERYTHING);
  }

  /** The edges of instances of a class. */
  Edges of(HeapClass type) {
    Edges edges = byClass[type.index()];
    if (edges == null) {
      edges = compute(type);
      byClass[type.index()] = edges;
    }
    return edges;
  }

  /** Whether a static field is an edge of its class. */
  boolean isStaticEdge(HeapClass type, HeapClass.StaticField field) {
    return field.isReference()
        && (reach != Reach.LIVE_CODE
            || !NO_STATIC_EDGES.getOrDefault(type.name(), Set.of()).contains(field.name()));
  }

  private Edges compute(HeapClass type) {
    Offsets offsets = new Offsets();
    int base = 0;
    for (HeapClass c = type; c != null; c = c.superclass()) {
      for (HeapClass.Field field : c.fields()) {
        if (field.type() == HprofType.OBJECT) {
          int offset = base + field.offset();
          switch (reach) {
            case EVERYTHING -> offsets.followed.add(offset);
            case COLLECTOR, IDLE_COLLECTOR ->
                addForCollector(offsets, type, c, field.name(), offset);
            case LIVE_CODE -> addForLiveCode(offsets, type, c, field.name(), offset);
          }
        }
      }
      base += c.ownBytes();
    }
    boolean ofLiveCode = reach == Reach.LIVE_CODE;
    return new Edges(
        offsets,
        ofLiveCode && type.isA(THREAD),
        ofLiveCode && type.name().startsWith(OF_VIRTUAL_THREAD),
        ofLiveCode && GivenThreads.areGivenBy(type));
  }

  private void addForCollector(
      Offsets offsets, HeapClass type, HeapClass declaring, String field, int offset) {
    boolean ofReference = declaring.name().equals(REFERENCE);
    if (ofReference && field.equals(REFERENT)) {
      offsets.referent = offset;
      if (reach == Reach.IDLE_COLLECTOR && type.isA("java.lang.ref.SoftReference")) {
        offsets.followed.add(offset);
      }
    } else if (ofReference && field.equals(QUEUE)) {
      // What happens to a reference is that it gets into its queue.
      offsets.action = offset;
    } else if (!ofReference || !field.equals(DISCOVERED)) {
      offsets.followed.add(offset);
    }
  }

  private static void addForLiveCode(
      Offsets offsets, HeapClass type, HeapClass declaring, String field, int offset) {
    String declaringName = declaring.name();
    if (declaringName.equals(REFERENCE)) {
      if (QUEUED.contains(field)) {
        offsets.queued.add(offset);
      }
      if (field.equals(REFERENT)) {
        addReferent(offsets, type, offset);
        return;
      }
    }
    if (field.equals(ACTIONS.get(declaringName))) {
      offsets.action = offset;
    } else if (NO_EDGES.getOrDefault(declaringName, Set.of()).contains(field)) {
      offsets.passedOver.add(offset);
    } else {
      offsets.followed.add(offset);
      if (!RUNTIME_THREADS.contains(declaringName)
          || (declaringName.equals(THREAD) && GIVEN_AWAY.contains(field))) {
        offsets.ofHandle.add(offset);
      }
    }
  }

  private static void addReferent(Offsets offsets, HeapClass type, int offset) {
    offsets.referent = offset;
    if (type.isA(FINAL_REFERENCE)) {
      offsets.action = offset;
    } else if (type.isA(AGENT_CLASS_DATA)) {
      offsets.followed.add(offset);
    } else if (type.isA("java.lang.ref.PhantomReference")
        || type.isA(AGENT_SLOT)
        || ACTIONS.containsKey(type.name())) {
      offsets.passedOver.add(offset);
    } else {
      offsets.deferred = offset;
    }
  }
}
