package io.stranded.liveness;

import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What happens once the collector has found that nobody holds an object any more, and may wake a
 * thread: a finalizer or a cleaner's action runs, or a reference gets into the queue that a thread
 * waits at. While leaked threads hold the object it does not happen: so it is no way to wake them.
 */
final class CleanupActions {
  /**
   * An action that live code leads to.
   *
   * @param referent the object that nobody may hold
   * @param target what the action leads to, once it runs
   */
  private record Action(long referent, long target) {
    /** Whether it runs sooner or later, given what live code and waiting threads hold. */
    boolean runs(Marks live, Marks held) {
      return live.isMarked(referent) || !held.isMarked(referent);
    }
  }

  private final List<Action> pending = new ArrayList<>();
  private final Set<Long> queues = new HashSet<>();

  /** Notes an action that was reached; may be called by two threads at once. */
  synchronized void add(long referent, long target) {
    if (target != 0) {
      pending.add(new Action(referent, target));
    }
  }

  /** Has references count that get into this queue. */
  void watch(long queue) {
    queues.add(queue);
  }

  /** Whether there are any of which it is not known that they run. */
  boolean mayRun() {
    return !pending.isEmpty() || !queues.isEmpty();
  }

  /** What all of them lead to. */
  List<Long> targets() {
    return pending.stream().map(Action::target).toList();
  }

  /** Takes out what all of them lead to. */
  List<Long> takeAll() {
    List<Long> targets = targets();
    pending.clear();
    return targets;
  }

  /** Forgets those that add nothing, since what they lead to is marked. */
  void dropMarked(Marks marks) {
    pending.removeIf(action -> marks.isMarked(action.target()));
    queues.removeIf(marks::isMarked);
  }

  /**
   * Takes out what those lead to whose objects are live: there is no need to look at what waiting
   * threads hold, which takes a copy of all marks.
   */
  List<Long> takeThoseOfLive(Marks marks) {
    Set<Long> targets = new LinkedHashSet<>();
    for (Iterator<Action> all = pending.iterator(); all.hasNext(); ) {
      Action action = all.next();
      if (marks.isMarked(action.referent())) {
        targets.add(action.target());
        all.remove();
      }
    }
    return List.copyOf(targets);
  }

  /**
   * Takes out what those actions lead to that will run, as far as these threads do not prevent it.
   *
   * @param marks what is live
   * @param waiting the threads of which it is not known that they are live
   */
  List<Long> takeThoseThatRun(HeapGraph graph, Marks marks, List<HeapThread> waiting) {
    Marks held = held(graph, marks, waiting);
    List<Action> enqueuing = queues.isEmpty() ? List.of() : enqueuing(graph, marks, waiting);
    Set<Long> targets = new LinkedHashSet<>();
    pending.stream()
        .filter(action -> action.runs(marks, held))
        .forEach(action -> targets.add(action.target()));
    pending.removeIf(action -> action.runs(marks, held));
    enqueuing.stream()
        .filter(action -> action.runs(marks, held))
        .forEach(action -> targets.add(action.target()));
    return List.copyOf(targets);
  }

  /**
   * What the collector keeps. A virtual thread that is not mounted is kept by those who have it,
   * and by the runtime's list of them, if it keeps one.
   */
  private static Marks held(HeapGraph graph, Marks live, List<HeapThread> waiting) {
    Marks held = live.copy();
    EdgePolicy policy = EdgePolicy.ofCollector(graph.classes().size());
    Marker collector = new Marker(graph, held, policy, Marker.Listener.NONE);
    EdgePolicy ofLiveCode = EdgePolicy.ofLiveCode(graph.classes().size());
    for (HeapClass type : graph.classes()) {
      for (HeapClass.StaticField field : type.statics()) {
        if (field.isReference() && !ofLiveCode.isStaticEdge(type, field)) {
          collector.mark(graph.file().id(field.valueAt()));
        }
      }
    }
    List<HeapThread> virtual = new ArrayList<>();
    for (HeapThread thread : waiting) {
      if (thread.virtual()) {
        virtual.add(thread);
      } else {
        ThreadStack.markKept(thread, collector);
      }
    }
    collector.drain();
    while (markKept(collector, held, virtual)) {
      collector.drain();
    }
    return held;
  }

  /** Marks what those threads hold that are kept, and takes them out. */
  private static boolean markKept(Marker collector, Marks held, List<HeapThread> threads) {
    return threads.removeIf(
        thread -> {
          boolean kept = held.isMarked(thread.object().address());
          if (kept) {
            ThreadStack.markKept(thread, collector);
          }
          return kept;
        });
  }

  /**
   * References that may still get into one of the queues: those that threads hold, be it softly, or
   * an action that has not run.
   */
  private List<Action> enqueuing(HeapGraph graph, Marks live, List<HeapThread> waiting) {
    List<Action> enqueuing = new ArrayList<>();
    EdgePolicy policy = EdgePolicy.ofIdleCollector(graph.classes().size());
    Marker collector = new Marker(graph, live.copy(), policy, new Enqueuing(enqueuing));
    waiting.forEach(thread -> ThreadStack.markKept(thread, collector));
    targets().forEach(collector::mark);
    collector.drain();
    return enqueuing;
  }

  /** Hears of references that threads hold, of the queues that count. */
  private final class Enqueuing implements Marker.Listener {
    private final List<Action> heard;

    Enqueuing(List<Action> heard) {
      this.heard = heard;
    }

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
    public boolean runs(long referent, long queue) {
      if (queues.contains(queue)) {
        heard.add(new Action(referent, queue));
      }
      return true;
    }
  }
}
