package io.stranded.liveness;

import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapThread;
import io.stranded.heap.Marks;
import java.util.ArrayList;
import java.util.List;

/**
 * Finalizers and cleaner actions, which may wake a thread, but run only after the collector has
 * found that nobody holds their object any more. One whose object leaked threads hold, and nobody
 * else, never runs: so it is no way to wake them.
 */
final class CleanupActions {
  /**
   * An action that live code leads to.
   *
   * @param referent the object that nobody may hold
   * @param target what the action leads to, once it runs
   */
  private record Action(long referent, long target) {}

  private final List<Action> pending = new ArrayList<>();

  /** Notes an action that was reached; may be called by two threads at once. */
  synchronized void add(long referent, long target) {
    if (target != 0) {
      pending.add(new Action(referent, target));
    }
  }

  /** The number of actions of which it is not known that they run. */
  int size() {
    return pending.size();
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
  }

  /**
   * Takes out what those actions lead to that will run, as far as these threads do not prevent it.
   *
   * @param marks what is live
   * @param waiting the threads of which it is not known that they are live
   */
  List<Long> takeThoseThatRun(HeapGraph graph, Marks marks, List<HeapThread> waiting) {
    Marks held = marks.copy();
    EdgePolicy policy = EdgePolicy.ofCollector(graph.classes().size());
    Marker collector = new Marker(graph, held, policy, Marker.Listener.NONE);
    for (HeapThread thread : waiting) {
      collector.markThread(thread.object().address());
      thread.roots().forEach(root -> collector.mark(root.address()));
      thread.frames().forEach(frame -> collector.mark(frame.classId()));
    }
    collector.drain();
    List<Long> targets = new ArrayList<>();
    pending.removeIf(
        action -> {
          boolean runs = marks.isMarked(action.referent()) || !held.isMarked(action.referent());
          if (runs) {
            targets.add(action.target());
          }
          return runs;
        });
    return targets;
  }
}
