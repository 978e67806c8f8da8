package io.stranded.liveness;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.MarkQueue;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.heap.SecondCore;
import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.jdk.GivenThreads;
import io.stranded.liveness.VisitedClasses.VisitedClass;
import org.jspecify.annotations.Nullable;

/**
 * Marks what is reachable, each object once, and goes on where it stood when more roots come.
 *
 * <p>A marked object waits in a queue until its references are followed. Weak and soft referents
 * are kept aside until {@link #followDeferred}.
 */
final class Marker {
  /** Hears of the objects that matter to threads, from two threads at once. */
  interface Listener {
    /** A watched object was reached. */
    void reached(long address);

    /**
     * A Thread was reached.
     *
     * @return whether all its fields are followed, or only what whoever holds it gets at
     */
    boolean entersThread(long address);

    /**
     * Whether an object is a Thread that the runtime does nothing for: one that is not known to be
     * live, and whose wait has no end in time.
     */
    boolean isLeftAlone(long address);

    /**
     * A finalizer or a cleaner's action was reached.
     *
     * @param referent the object that nobody may hold before it runs; 0 for one that is due
     * @param target what it leads to
     * @return whether it runs, so that its target is reached, too
     */
    boolean runs(long referent, long target);

    /** One that hears nothing and enters all. */
    Listener NONE =
        new Listener() {
          @Override
          public void reached(long address) {}

          @Override
          public boolean entersThread(long address) {
            return true;
          }

          @Override
          public boolean isLeftAlone(long address) {
            return false;
          }

          @Override
          public boolean runs(long referent, long target) {
            return true;
          }
        };
  }

  /** As many reads as a core can wait for at the same time, or a few more. */
  private static final int BATCH = 16;

  private final HeapGraph graph;
  private final Marks marks;
  private final DumpFile file;
  private final EdgePolicy policy;
  private final VisitedClasses classes;
  private final Listener listener;
  private final int idSize;
  private final int referenceSize;
  private final MarkQueue queue;
  private final GivenThreads givenThreads;

  /** Marked objects in the order in which they were reached, if that is noted. */
  private final LongStack inOrder = new LongStack();

  private final LongStack deferred = new LongStack();
  private final LongStack passedOver = new LongStack();
  private final @Nullable Trace trace;

  /** What is visited next. */
  private final long[] batch;

  private boolean watchesArrays;
  private boolean followsDeferred;
  private long bytes;

  /** Keeps the compiler from leaving out the looks that it comes from. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  Marker(HeapGraph graph, Marks marks, EdgePolicy policy, Listener listener) {
    this(graph, marks, policy, listener, null);
  }

  /** A marker that goes breadth first and notes how it came to each object. */
  Marker(
      HeapGraph graph, Marks marks, EdgePolicy policy, Listener listener, @Nullable Trace trace) {
    this.trace = trace;
    this.graph = graph;
    this.marks = marks;
    this.file = graph.file();
    this.policy = policy;
    this.classes = new VisitedClasses(graph, policy);
    this.listener = listener;
    this.idSize = file.idSize();
    this.referenceSize = graph.referenceSize();
    this.queue = marks.queue();
    this.givenThreads = new GivenThreads(graph);
    this.batch = new long[graph.isScattered() ? BATCH : 1];
  }

  /** A marker for another thread that takes a share of what the first has to mark. */
  private Marker(Marker first) {
    this.trace = null;
    this.graph = first.graph;
    this.marks = first.marks;
    this.file = first.file;
    this.policy = first.policy;
    this.classes = first.classes.copy();
    this.listener = first.listener;
    this.idSize = first.idSize;
    this.referenceSize = first.referenceSize;
    this.queue = first.queue.share();
    this.givenThreads = first.givenThreads;
    this.batch = new long[first.batch.length];
    this.watchesArrays = first.watchesArrays;
    this.followsDeferred = first.followsDeferred;
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
      classes.of(type).watch();
    }
  }

  /** Adds a root. Call {@link #drain} to follow it. */
  void mark(long address) {
    if (address == 0) {
      return;
    }
    if (trace == null) {
      queue.mark(address);
    } else if (marks.mark(address)) {
      inOrder.push(address);
      trace.reached(address);
    }
  }

  /** Adds a Thread with all its fields, though it may have been reached before. */
  void markThread(long address) {
    mark(address);
    graph
        .instance(address)
        .ifPresent(
            thread -> follow(graph.fieldsAt(thread.at()), classes.of(thread.type()).followed));
  }

  /** Follows references until nothing new is reached. */
  void drain() {
    if (trace != null) {
      drainInOrder(trace);
      return;
    }
    for (int count = queue.next(batch); count > 0; count = queue.next(batch)) {
      if (batch.length > 1) {
        touched += file.touch(batch, count);
      }
      for (int i = 0; i < count; i++) {
        visit(batch[i]);
      }
    }
  }

  /** Follows references until nothing new is reached, with a second thread. */
  void drainInTwo() {
    Marker second = new Marker(this);
    SecondCore<Boolean> core = SecondCore.start("stranded-marker", () -> second.drainOrAbandon());
    try {
      drainOrAbandon();
    } finally {
      core.join();
    }
    deferred.takeAll(second.deferred);
    passedOver.takeAll(second.passedOver);
    bytes += second.bytes;
  }

  private boolean drainOrAbandon() {
    boolean done = false;
    try {
      drain();
      // A failed read is reported late: not after the end.
      file.change();
      done = true;
    } finally {
      if (!done) {
        queue.abandon();
      }
    }
    return done;
  }

  private void drainInOrder(Trace noted) {
    while (!inOrder.isEmpty()) {
      long address = inOrder.popFirst();
      noted.visits(address);
      visit(graph.find(address));
      noted.visits(0);
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

  /** What objects that were followed refer to in ways that are no edges. */
  LongStack passedOver() {
    return passedOver;
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
      default -> visitPrimitiveArray(at);
    }
  }

  private void visitInstance(long at) {
    VisitedClass type = classes.byId(graph.classIdOfInstance(at));
    long fields = graph.fieldsAt(at);
    if (type == null || file.u4(fields - 4) != type.fieldBytes) {
      graph.addDamage("object at offset " + at + " does not fit its class");
      return;
    }
    bytes += type.instanceSize;
    if (type.plain) {
      follow(fields, type.followed);
    } else {
      visitSpecial(at, type, fields);
    }
  }

  private void visitSpecial(long at, VisitedClass type, long fields) {
    markClass(type);
    if (type.watched) {
      listener.reached(file.id(at + 1));
    }
    for (int offset : type.edges.passedOver) {
      passOver(file.id(fields + offset));
    }
    if (type.edges.ofVirtualThread) {
      followUnlessLeftAlone(fields, type.followed);
      return;
    }
    if (type.edges.thread && !listener.entersThread(file.id(at + 1))) {
      follow(fields, type.edges.ofHandle);
      return;
    }
    follow(fields, type.followed);
    if (type.edges.givesThreads) {
      givenThreads.of(file.id(at + 1)).forEach(this::mark);
    }
    if (type.edges.action >= 0) {
      visitAction(type.edges, fields);
    }
    if (type.edges.deferred >= 0) {
      long referent = file.id(fields + type.edges.deferred);
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

  private void visitAction(EdgePolicy.Edges edges, long fields) {
    long target = file.id(fields + edges.action);
    boolean due = false;
    for (int offset : edges.queued) {
      due |= file.id(fields + offset) != 0;
    }
    if (listener.runs(due ? 0 : file.id(fields + edges.referent), target)) {
      mark(target);
    }
  }

  private void followUnlessLeftAlone(long fields, int[] offsets) {
    for (int offset : offsets) {
      long address = file.id(fields + offset);
      if (listener.isLeftAlone(address)) {
        passOver(address);
      } else {
        mark(address);
      }
    }
  }

  private void follow(long fields, int[] offsets) {
    for (int offset : offsets) {
      mark(file.id(fields + offset));
    }
  }

  private void visitPrimitiveArray(long at) {
    int elementAt = 1 + idSize + 8;
    bytes +=
        HeapSizes.array(
            file.u4(at + elementAt - 4) * HprofType.size(file.u1(at + elementAt), idSize));
    reachedArray(at);
  }

  private void visitObjectArray(long at) {
    long length = file.u4(at + 1 + idSize + 4);
    bytes += HeapSizes.array(length * referenceSize);
    VisitedClass type = classes.byId(graph.classIdOfArray(at));
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
      } else if (field.isReference()) {
        passOver(file.id(field.valueAt()));
      }
    }
  }

  private void passOver(long address) {
    if (address != 0) {
      passedOver.push(address);
    }
  }

  private void reachedArray(long at) {
    if (watchesArrays) {
      listener.reached(file.id(at + 1));
    }
  }

  private void markClass(VisitedClass type) {
    if (!type.marked) {
      type.mark();
      mark(type.id);
    }
  }
}
