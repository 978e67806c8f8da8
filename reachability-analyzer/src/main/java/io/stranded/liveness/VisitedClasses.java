package io.stranded.liveness;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import org.jspecify.annotations.Nullable;

/** What visiting an instance takes, by the id of its class: all of it in one place. */
final class VisitedClasses {
  /** A class as a marker sees it. */
  static final class VisitedClass {
    final long id;
    final EdgePolicy.Edges edges;

    /** Offsets of the fields to follow. */
    final int[] followed;

    /** Bytes of an instance's fields in the dump. */
    final int fieldBytes;

    /** Bytes of an instance on the heap. */
    final long instanceSize;

    /** Whether somebody wants to hear of an instance. */
    boolean watched;

    /** Whether the class itself was marked. */
    boolean marked;

    /** Whether to visit an instance is to follow its fields, and no more. */
    boolean plain;

    private VisitedClass(HeapClass type, EdgePolicy.Edges edges) {
      this.id = type.id();
      this.edges = edges;
      this.followed = edges.followed;
      this.fieldBytes = type.instanceBytes();
      this.instanceSize = type.instanceSize();
    }

    void watch() {
      watched = true;
      plain = false;
    }

    void mark() {
      marked = true;
      plain =
          !watched
              && !edges.thread
              && !edges.ofVirtualThread
              && !edges.givesThreads
              && edges.deferred < 0
              && edges.action < 0
              && edges.passedOver.length == 0;
    }
  }

  private static final int CACHE_SIZE = 4096;

  private final HeapGraph graph;
  private final EdgePolicy policy;
  private final VisitedClass[] byIndex;

  /** Spread by their ids; two that meet take turns. */
  private final VisitedClass[] cache = new VisitedClass[CACHE_SIZE];

  VisitedClasses(HeapGraph graph, EdgePolicy policy) {
    this.graph = graph;
    this.policy = policy;
    this.byIndex = new VisitedClass[graph.classes().size()];
  }

  /** Classes for another marker on the same objects, which may be in another thread. */
  VisitedClasses copy() {
    VisitedClasses copy = new VisitedClasses(graph, policy);
    for (HeapClass type : graph.classes()) {
      VisitedClass visited = byIndex[type.index()];
      if (visited != null && visited.watched) {
        copy.of(type).watch();
      }
    }
    return copy;
  }

  /** The class of the given id, or null if it is unknown. */
  @Nullable VisitedClass byId(long id) {
    int slot = (int) ((id >>> 3) ^ (id >>> 15)) & (CACHE_SIZE - 1);
    VisitedClass cached = cache[slot];
    if (cached != null && cached.id == id) {
      return cached;
    }
    HeapClass type = graph.classById(id);
    if (type == null) {
      return null;
    }
    cache[slot] = of(type);
    return cache[slot];
  }

  VisitedClass of(HeapClass type) {
    VisitedClass visited = byIndex[type.index()];
    if (visited == null) {
      visited = new VisitedClass(type, policy.of(type));
      byIndex[type.index()] = visited;
    }
    return visited;
  }
}
