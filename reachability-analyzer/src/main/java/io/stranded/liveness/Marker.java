package io.stranded.liveness;

import io.stranded.heap.HeapClass;
import io.stranded.heap.HeapGraph;
import io.stranded.hprof.DumpFile;
import io.stranded.hprof.HeapRecords;
import io.stranded.hprof.HprofType;
import org.jspecify.annotations.Nullable;

/**
 * Marks what is reachable, each object once, and goes on where it stood when more roots come.
 *
 * <p>A marked object waits on a stack by its file offset until its references are followed. Weak
 * and soft referents are kept aside until {@link #followDeferred}.
 */
final class Marker {
  /** Hears of the objects that matter to threads. */
  interface Listener {
    /** A watched object was reached. */
    void reached(long address);

    /**
     * A Thread was reached.
     *
     * @return whether all its fields are followed, or only those of a user's subclass
     */
    boolean entersThread(long address);

    /** One that hears nothing and enters all. */
    Listener NONE =
        new Listener() {
          @Override
          public void reached(long address) {}

          @Override
          public boolean entersThread(long address) {
            return true;
          }
        };
  }

  private final HeapGraph graph;
  private final DumpFile file;
  private final EdgePolicy policy;
  private final Listener listener;
  private final int idSize;
  private final int referenceSize;
  private final boolean[] watchedClasses;
  private final boolean[] markedClasses;
  private boolean watchesArrays;
  private final LongStack pending = new LongStack();
  private final LongStack deferred = new LongStack();
  private final @Nullable Trace trace;
  private boolean followsDeferred;
  private long bytes;

  Marker(HeapGraph graph, EdgePolicy policy, Listener listener) {
    this(graph, policy, listener, null);
  }

  /** A marker that goes breadth first and notes how it came to each object. */
  Marker(HeapGraph graph, EdgePolicy policy, Listener listener, @Nullable Trace trace) {
    this.trace = trace;
    this.graph = graph;
    this.file = graph.file();
    this.policy = policy;
    this.listener = listener;
    this.idSize = file.idSize();
    this.referenceSize = graph.referenceSize();
    this.watchedClasses = new boolean[graph.classes().size()];
    this.markedClasses = new boolean[graph.classes().size()];
  }

  /** Asks for {@link Listener#reached} when the object is. */
  void watch(long address) {
    graph.watch(address);
    long at = graph.find(address);
    HeapClass type =
        at >= 0 && file.u1(at) == HeapRecords.INSTANCE_DUMP ? graph.classOfInstance(at) : null;
    if (type == null) {
      watchesArrays = true;
    } else {
      watchedClasses[type.index()] = true;
    }
  }

  /** Adds a root. Call {@link #drain} to follow it. */
  void mark(long address) {
    if (address != 0) {
      long at = graph.mark(address);
      if (at >= 0) {
        pending.push(at);
        if (trace != null) {
          trace.reached(address);
        }
      }
    }
  }

  /** Adds a Thread with all its fields, though it may have been reached before. */
  void markThread(long address) {
    mark(address);
    graph
        .instance(address)
        .ifPresent(
            thread -> follow(graph.fieldsAt(thread.at()), policy.of(thread.type()).followed));
  }

  /** Follows references until nothing new is reached. */
  void drain() {
    while (!pending.isEmpty()) {
      if (trace == null) {
        visit(pending.pop());
      } else {
        long at = pending.popFirst();
        trace.visits(file.id(at + 1));
        visit(at);
        trace.visits(0);
      }
    }
  }

  /** Follows the weak and soft referents kept aside, and from now on at once. */
  void followDeferred() {
    followsDeferred = true;
    while (!deferred.isEmpty()) {
      long referent = deferred.pop();
      if (trace != null) {
        trace.resumes(referent);
      }
      mark(referent);
    }
    drain();
  }

  /** Bytes on the dumped heap of all objects followed so far. */
  long bytes() {
    return bytes;
  }

  private void visit(long at) {
    switch (file.u1(at)) {
      case HeapRecords.INSTANCE_DUMP -> visitInstance(at);
      case HeapRecords.OBJECT_ARRAY_DUMP -> visitObjectArray(at);
      case HeapRecords.CLASS_DUMP -> visitClass(at);
      default -> {
        int elementAt = 1 + idSize + 8;
        bytes +=
            HeapSizes.array(
                file.u4(at + elementAt - 4) * HprofType.size(file.u1(at + elementAt), idSize));
        reachedArray(at);
      }
    }
  }

  private void visitInstance(long at) {
    HeapClass type = graph.classOfInstance(at);
    long fields = graph.fieldsAt(at);
    if (type == null || file.u4(fields - 4) != type.instanceBytes()) {
      graph.addDamage("object at offset " + at + " does not fit its class");
      return;
    }
    EdgePolicy.Edges edges = policy.of(type);
    bytes += type.instanceSize();
    markClass(type);
    if (watchedClasses[type.index()]) {
      listener.reached(file.id(at + 1));
    }
    if (edges.thread && !listener.entersThread(file.id(at + 1))) {
      follow(fields, edges.ofSubclass);
      return;
    }
    follow(fields, edges.followed);
    if (edges.deferred >= 0) {
      long referent = file.id(fields + edges.deferred);
      if (followsDeferred) {
        mark(referent);
      } else if (referent != 0) {
        deferred.push(referent);
        if (trace != null) {
          trace.defers(referent);
        }
      }
    }
  }

  private void follow(long fields, int[] offsets) {
    for (int offset : offsets) {
      mark(file.id(fields + offset));
    }
  }

  private void visitObjectArray(long at) {
    long length = file.u4(at + 1 + idSize + 4);
    bytes += HeapSizes.array(length * referenceSize);
    HeapClass type = graph.classOfArray(at);
    if (type != null) {
      markClass(type);
    } else {
      graph.addDamage("array at offset " + at + " has an unknown class");
    }
    reachedArray(at);
    long element = graph.fieldsAt(at);
    long end = element + length * idSize;
    for (; element < end; element += idSize) {
      mark(file.id(element));
    }
  }

  private void visitClass(long at) {
    long id = file.id(at + 1);
    HeapClass type = graph.classById(id);
    if (type == null) {
      return;
    }
    reachedArray(at);
    // Superclass, loader, signers and protection domain stand one after the other.
    for (int i = 1; i <= 4; i++) {
      mark(file.id(at + 5 + (long) i * idSize));
    }
    for (HeapClass.StaticField field : type.statics()) {
      if (policy.isStaticEdge(type, field)) {
        mark(file.id(field.valueAt()));
      }
    }
  }

  private void reachedArray(long at) {
    if (watchesArrays) {
      listener.reached(file.id(at + 1));
    }
  }

  private void markClass(HeapClass type) {
    if (!markedClasses[type.index()]) {
      markedClasses[type.index()] = true;
      mark(type.id());
    }
  }
}
