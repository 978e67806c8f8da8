package io.stranded.benchmarks.readers;

import io.stranded.finding.Progress;
import io.stranded.finding.RootPrecision;
import io.stranded.internal.heap.GcRoot;
import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.hprof.DumpFile;
import io.stranded.internal.hprof.HeapRecords;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkThreads;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the analyzer marks, for comparison with what the other readers do. Not timed.
 *
 * <p>Walks our graph over every reference, as they do, and looks at each object whether an analysis
 * that judges no thread has marked it, too. It leaves out what only weak bookkeeping of the runtime
 * leads to.
 */
public final class StrandedMarks {
  private final Marks analyzed;
  private final HeapGraph graph;
  private final Marks own;
  private final DumpFile file;
  private final LongStack pending = new LongStack();
  private long reached;
  private long marked;

  private StrandedMarks(Marks analyzed, HeapGraph graph) {
    this.analyzed = analyzed;
    this.graph = graph;
    this.own = graph.newMarks();
    this.file = graph.file();
  }

  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Path dump = Path.of(args[0]);
    try (HeapGraph graph = HeapGraph.open(dump, Progress.NONE)) {
      StrandedMarks marks = new StrandedMarks(analyze(graph), graph);
      marks.walk();
      System.out.println("objects " + graph.objectCount());
      System.out.println("reached " + marks.reached);
      System.out.println("marked " + marks.marked);
    }
  }

  /** Its marks are nobody's business but that of this check. */
  private static Marks analyze(HeapGraph graph) throws ReflectiveOperationException {
    Class<?> fixpoint = Class.forName("io.stranded.liveness.LivenessFixpoint");
    Method run =
        fixpoint.getDeclaredMethod(
            "run", JdkThreads.class, List.class, RootPrecision.class, boolean.class);
    Method marks = fixpoint.getDeclaredMethod("marks");
    run.setAccessible(true);
    marks.setAccessible(true);
    Object done = run.invoke(null, JdkThreads.of(graph), List.of(), RootPrecision.AS_DUMPED, false);
    return (Marks) marks.invoke(done);
  }

  private void walk() {
    for (long root : graph.globalRoots()) {
      mark(root);
    }
    for (HeapThread thread : JdkThreads.of(graph).all()) {
      mark(thread.object().address());
      for (GcRoot root : thread.roots()) {
        mark(root.address());
      }
      for (StackFrame frame : thread.frames()) {
        mark(frame.classId());
      }
    }
    while (!pending.isEmpty()) {
      visit(pending.pop());
    }
  }

  private void mark(long address) {
    if (address == 0 || own.isMarked(address) || graph.find(address) < 0) {
      return;
    }
    reached++;
    if (analyzed.isMarked(address)) {
      marked++;
    }
    if (own.mark(address)) {
      pending.push(graph.find(address));
    }
  }

  private void visit(long at) {
    switch (file.u1(at)) {
      case HeapRecords.INSTANCE_DUMP -> visitInstance(at);
      case HeapRecords.OBJECT_ARRAY_DUMP -> {
        mark(file.id(at + 1 + file.idSize() + 8));
        long length = file.u4(at + 1 + file.idSize() + 4);
        for (long i = 0; i < length; i++) {
          mark(file.id(graph.fieldsAt(at) + i * file.idSize()));
        }
      }
      case HeapRecords.CLASS_DUMP -> visitClass(at);
      default -> {}
    }
  }

  private void visitInstance(long at) {
    HeapClass type = graph.classOfInstance(at);
    if (type == null) {
      return;
    }
    mark(type.id());
    long base = graph.fieldsAt(at);
    for (@Nullable HeapClass c = type; c != null; c = c.superclass()) {
      for (HeapClass.Field field : c.fields()) {
        if (field.type() == HprofType.OBJECT) {
          mark(file.id(base + field.offset()));
        }
      }
      base += c.ownBytes();
    }
  }

  private void visitClass(long at) {
    // Superclass, loader, signers and protection domain stand one after the other.
    for (int i = 1; i <= 4; i++) {
      mark(file.id(at + 5 + (long) i * file.idSize()));
    }
    HeapClass type = graph.classById(file.id(at + 1));
    if (type != null) {
      for (HeapClass.StaticField field : type.statics()) {
        if (field.type() == HprofType.OBJECT) {
          mark(file.id(field.valueAt()));
        }
      }
    }
  }
}
