package io.stranded.liveness;

import io.stranded.heap.HeapClass;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapGraph.SavedMarks;
import io.stranded.heap.HeapThread;
import io.stranded.hprof.DumpFile;
import io.stranded.hprof.HeapRecords;
import io.stranded.hprof.StackFrame;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what leaked threads do not hold alone, by looking for objects that neither live code nor
 * they lead to. Such an object is garbage, or something holds it that is no root in a dump: the
 * result of a call that was just returning is in a register that HotSpot does not dump, and so is
 * what only the JVM itself knows of.
 *
 * <p>Garbage must not hide a leak, so these objects count only where they can be something else: if
 * a thread was running Java code; or if there are so few of them that the collector has just been
 * there, which leaves none without a reason.
 */
final class UnexplainedHolders {
  /** After a collection fewer than one in so many objects is unexplained. */
  private static final int FEW = 100;

  private final HeapGraph graph;
  private final DumpFile file;
  private final EdgePolicy policy;
  private final Marker explained;

  UnexplainedHolders(HeapGraph graph) {
    this.graph = graph;
    this.file = graph.file();
    int classes = graph.classes().size();
    this.policy = EdgePolicy.ofLiveCode(classes);
    this.explained = new Marker(graph, EdgePolicy.ofEverything(classes), Marker.Listener.NONE);
  }

  /**
   * Objects that nothing live leads to, but unexplained ones do. What is live must be marked; marks
   * are the same afterwards.
   */
  LongStack heldBeside(List<HeapThread> leaked) {
    LongStack held = new LongStack();
    if (leaked.isEmpty()) {
      return held;
    }
    SavedMarks live = graph.saveMarks();
    explain(leaked);
    if (mayHoldMore()) {
      graph.forEachObject(
          (address, at) -> {
            if (!graph.isMarked(address)) {
              forEachEdge(
                  at,
                  target -> {
                    if (graph.isMarked(target) && !live.contains(target)) {
                      held.push(target);
                    }
                  });
            }
          });
    }
    graph.restoreMarks(live);
    return held;
  }

  private boolean mayHoldMore() {
    long unexplained = graph.objectCount() - graph.countMarks();
    return graph.threads().stream().anyMatch(HeapThread::isRunningJava)
        || unexplained * FEW < graph.objectCount();
  }

  /** Marks all that the leaked threads hold, and all that is held in ways which are no edges. */
  private void explain(List<HeapThread> leaked) {
    for (HeapThread thread : leaked) {
      explained.markThread(thread.object().address());
      thread.roots().forEach(root -> explained.mark(root.address()));
      for (StackFrame frame : thread.frames()) {
        explained.mark(frame.classId());
      }
    }
    explained.drain();
    graph.forEachObject(
        (address, at) -> {
          if (graph.isMarked(address)) {
            forEachPassedOver(at, explained::mark);
          }
        });
    explained.drain();
  }

  private void forEachPassedOver(long at, LongConsumer visitor) {
    int tag = file.u1(at);
    HeapClass type =
        tag == HeapRecords.INSTANCE_DUMP
            ? typeOfInstance(at)
            : tag == HeapRecords.CLASS_DUMP ? graph.classById(file.id(at + 1)) : null;
    if (type == null) {
      return;
    }
    if (tag == HeapRecords.CLASS_DUMP) {
      type.statics().stream()
          .filter(HeapClass.StaticField::isReference)
          .forEach(field -> visitor.accept(file.id(field.valueAt())));
    } else {
      forEach(at, policy.of(type).passedOver, visitor);
    }
  }

  private void forEachEdge(long at, LongConsumer visitor) {
    switch (file.u1(at)) {
      case HeapRecords.INSTANCE_DUMP -> {
        HeapClass type = typeOfInstance(at);
        if (type != null) {
          EdgePolicy.Edges edges = policy.of(type);
          visitor.accept(type.id());
          forEach(at, edges.followed, visitor);
          if (edges.deferred >= 0) {
            visitor.accept(file.id(graph.fieldsAt(at) + edges.deferred));
          }
        }
      }
      case HeapRecords.OBJECT_ARRAY_DUMP -> {
        long fields = graph.fieldsAt(at);
        long end = fields + (long) file.idSize() * file.u4(at + 5 + file.idSize());
        for (long element = fields; element < end; element += file.idSize()) {
          visitor.accept(file.id(element));
        }
      }
      case HeapRecords.CLASS_DUMP -> {
        HeapClass type = graph.classById(file.id(at + 1));
        if (type != null) {
          // Superclass, loader, signers and protection domain stand one after the other.
          for (int i = 1; i <= 4; i++) {
            visitor.accept(file.id(at + 5 + (long) i * file.idSize()));
          }
          type.statics().stream()
              .filter(field -> policy.isStaticEdge(type, field))
              .forEach(field -> visitor.accept(file.id(field.valueAt())));
        }
      }
      default -> {
        // An array of primitive values refers to nothing.
      }
    }
  }

  /** The class of an instance, or null for one that does not fit its class. */
  private @Nullable HeapClass typeOfInstance(long at) {
    HeapClass type = graph.classOfInstance(at);
    if (type == null || file.u4(graph.fieldsAt(at) - 4) != type.instanceBytes()) {
      graph.addDamage("object at offset " + at + " does not fit its class");
      return null;
    }
    return type;
  }

  private void forEach(long at, int[] offsets, LongConsumer visitor) {
    long fields = graph.fieldsAt(at);
    for (int offset : offsets) {
      visitor.accept(file.id(fields + offset));
    }
  }
}
