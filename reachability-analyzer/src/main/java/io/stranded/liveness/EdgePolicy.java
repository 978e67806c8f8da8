package io.stranded.liveness;

import io.stranded.heap.HeapClass;
import io.stranded.hprof.HprofType;
import io.stranded.jdk.JdkField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which references are a way for live code to reach an object.
 *
 * <p>Left out for good: registries of the runtime (a thread that only the JVM's own bookkeeping
 * knows is known by nobody), the synchronizers' pointers to their threads (user code cannot get at
 * them), and what only the collector reads. Left for later: weak and soft referents.
 */
final class EdgePolicy {
  private static final String REFERENCE = "java.lang.ref.Reference";
  private static final String THREAD = "java.lang.Thread";

  /** By which our own agent knows a thread: weakly, and never to wake it. */
  private static final String AGENT_SLOT = "io.stranded.agent.Slot";

  /** By which our own agent shows what hidden classes hold: weakly here, but they do not. */
  private static final String AGENT_CLASS_DATA = "io.stranded.agent.HiddenClassData$Shown";

  /** Instance fields that are no edges, by declaring class. */
  private static final Map<String, Set<String>> NO_EDGES = JdkField.noEdges();

  /** Static fields that are no edges, by class. */
  private static final Map<String, Set<String>> NO_STATIC_EDGES = JdkField.noStaticEdges();

  /** What {@code java.lang.Thread} and these keep, nobody who holds a Thread gets at. */
  private static final Set<String> RUNTIME_THREADS =
      Set.of(
          THREAD,
          "java.lang.BaseVirtualThread",
          "java.lang.VirtualThread",
          "java.lang.ThreadBuilders$BoundVirtualThread");

  /** The references of a class's instances, as offsets into their fields. */
  static final class Edges {
    /** Edges. */
    final int[] followed;

    /** Those of the edges that a user's subclass of Thread declares. */
    final int[] ofSubclass;

    /** The weak or soft referent, or -1. */
    final int deferred;

    /** All other references: those that are no edges. */
    final int[] passedOver;

    /** Whether instances are threads. */
    final boolean thread;

    Edges(int[] followed, int[] ofSubclass, int deferred, int[] passedOver, boolean thread) {
      this.followed = followed;
      this.ofSubclass = ofSubclass;
      this.deferred = deferred;
      this.passedOver = passedOver;
      this.thread = thread;
    }
  }

  private final Edges[] byClass;
  private final boolean everything;

  private EdgePolicy(int classCount, boolean everything) {
    this.byClass = new Edges[classCount];
    this.everything = everything;
  }

  /** The ways by which live code reaches objects. */
  static EdgePolicy ofLiveCode(int classCount) {
    return new EdgePolicy(classCount, /* everything= */ false);
  }

  /** Every reference there is, strong or weak, whoever may use it. */
  static EdgePolicy ofEverything(int classCount) {
    return new EdgePolicy(classCount, /* everything= */ true);
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
        && (everything
            || !NO_STATIC_EDGES.getOrDefault(type.name(), Set.of()).contains(field.name()));
  }

  private Edges compute(HeapClass type) {
    List<Integer> followed = new ArrayList<>();
    List<Integer> ofSubclass = new ArrayList<>();
    List<Integer> passedOver = new ArrayList<>();
    int deferred = -1;
    int base = 0;
    for (HeapClass c = type; c != null; c = c.superclass()) {
      Set<String> noEdges = NO_EDGES.getOrDefault(c.name(), Set.of());
      for (HeapClass.Field field : c.fields()) {
        if (field.type() != HprofType.OBJECT) {
          continue;
        }
        int offset = base + field.offset();
        if (everything) {
          followed.add(offset);
        } else if (c.name().equals(REFERENCE) && field.name().equals("referent")) {
          if (type.isA("java.lang.ref.FinalReference") || type.isA(AGENT_CLASS_DATA)) {
            followed.add(offset);
          } else if (!type.isA("java.lang.ref.PhantomReference") && !type.isA(AGENT_SLOT)) {
            deferred = offset;
          } else {
            passedOver.add(offset);
          }
        } else if (noEdges.contains(field.name())) {
          passedOver.add(offset);
        } else {
          followed.add(offset);
          if (!RUNTIME_THREADS.contains(c.name())) {
            ofSubclass.add(offset);
          }
        }
      }
      base += c.ownBytes();
    }
    boolean thread = !everything && type.isA(THREAD);
    return new Edges(
        toArray(followed),
        thread ? toArray(ofSubclass) : new int[0],
        deferred,
        toArray(passedOver),
        thread);
  }

  private static int[] toArray(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
