package io.stranded.liveness;

import io.stranded.heap.GcRoot;
import io.stranded.heap.HeapGraph;
import io.stranded.heap.HeapThread;
import io.stranded.hprof.LongLongMap;
import io.stranded.hprof.StackFrame;
import io.stranded.jdk.JdkThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the threads that nothing live can wake.
 *
 * <p>All threads but the candidates are live, with what their stacks hold. A candidate becomes live
 * when something live reaches what it waits on, or the thread it waits for becomes live; then its
 * stack is marked in turn, and so on until nothing changes. Whatever is left is leaked: all of it
 * at once, cycles and chains included. Marking only ever adds, so each stage below goes on where
 * the last one settled, and every object is visited once.
 */
final class LivenessFixpoint implements Marker.Listener {
  /** The stage of the analysis in which a candidate became live. */
  enum Stage {
    /** Strong references lead to what it waits on. */
    STRONG,
    /** Only a weak or soft reference does. */
    DEFERRED,
    /** Somebody has the Thread and could interrupt it. */
    HANDLES,
    /** Only because its wait is in doubt, or that of a thread that could wake it. */
    DOUBT,
    /** Only if an object counts that nothing in the dump explains. */
    UNEXPLAINED,
    /** Only if what it waits on was the result of a call that was just returning. */
    IN_FLIGHT,
    /** Never. */
    NEVER
  }

  private final JdkThreads threads;
  private final HeapGraph graph;
  private final List<Candidate> candidates;
  private final Marker marker;
  private final LongLongMap byThread = new LongLongMap();
  private final Map<Long, List<Integer>> watchers = new HashMap<>();
  private final Map<Integer, List<Integer>> dependents = new HashMap<>();
  private final Deque<Integer> woken = new ArrayDeque<>();
  private final Stage[] liveSince;
  private final boolean[] handleReached;
  private Stage stage = Stage.STRONG;
  private boolean countsPinned;

  private LivenessFixpoint(JdkThreads threads, List<Candidate> candidates) {
    this.threads = threads;
    this.graph = threads.graph();
    this.candidates = candidates;
    this.marker = new Marker(graph, EdgePolicy.ofLiveCode(graph.classes().size()), this);
    this.liveSince = new Stage[candidates.size()];
    Arrays.fill(liveSince, Stage.NEVER);
    this.handleReached = new boolean[candidates.size()];
  }

  /**
   * Marks the graph and decides every candidate.
   *
   * @param inTwo whether a second core helps with the bulk of the marking
   */
  static LivenessFixpoint run(JdkThreads threads, List<Candidate> candidates, boolean inTwo) {
    LivenessFixpoint fixpoint = new LivenessFixpoint(threads, candidates);
    fixpoint.watchCandidates();
    fixpoint.settle(inTwo);
    fixpoint.settleUnexplained();
    fixpoint.settleInFlight();
    return fixpoint;
  }

  /** When the candidate of the given index became live. */
  Stage liveSince(int candidate) {
    return liveSince[candidate];
  }

  /** The index of the candidate that is this thread, or -1. */
  int indexOf(HeapThread thread) {
    return (int) byThread.getOrDefault(thread.object().address(), -1);
  }

  /**
   * Bytes that these candidates keep alive beyond everything live and everything asked for before.
   */
  long pinnedBytes(List<Integer> indexes) {
    long before = marker.bytes();
    countsPinned = true;
    graph.watchAll();
    for (int index : indexes) {
      markStack(candidates.get(index).thread());
    }
    marker.drain();
    return marker.bytes() - before;
  }

  @Override
  public void reached(long address) {
    List<Integer> watching = watchers.get(address);
    if (watching != null) {
      synchronized (woken) {
        woken.addAll(watching);
      }
    }
  }

  @Override
  public boolean entersThread(long address) {
    int index = (int) byThread.getOrDefault(address, -1);
    if (index < 0 || countsPinned || liveSince[index] != Stage.NEVER) {
      return true;
    }
    synchronized (woken) {
      handleReached[index] = true;
      if (endsByHandle(candidates.get(index))) {
        woken.add(index);
      }
    }
    return false;
  }

  private void watchCandidates() {
    for (int i = 0; i < candidates.size(); i++) {
      byThread.put(candidates.get(i).thread().object().address(), i);
    }
    for (int i = 0; i < candidates.size(); i++) {
      BlockedOn blockedOn = candidates.get(i).blockedOn();
      if (blockedOn instanceof BlockedOn.Parked parked) {
        watch(parked.blocker(), i);
      } else if (blockedOn instanceof BlockedOn.MonitorWait wait) {
        watchAll(wait.monitors(), i);
      } else if (blockedOn instanceof BlockedOn.Unknown unknown) {
        watchAll(unknown.possible(), i);
      } else if (blockedOn instanceof BlockedOn.OwnedLock lock) {
        depend(lock.owner().stream().toList(), i);
      } else if (blockedOn instanceof BlockedOn.MonitorEnter enter) {
        depend(enter.owner().stream().toList(), i);
      } else if (blockedOn instanceof BlockedOn.Join join) {
        depend(List.of(join.joined()), i);
      }
    }
  }

  private void watchAll(List<Long> addresses, int index) {
    addresses.forEach(address -> watch(address, index));
  }

  private void watch(long address, int index) {
    watchers.computeIfAbsent(address, key -> new ArrayList<>(1)).add(index);
    marker.watch(address);
  }

  private void depend(List<HeapThread> owners, int index) {
    for (HeapThread owner : owners) {
      int ownerIndex = indexOf(owner);
      if (ownerIndex < 0) {
        woken.add(index);
      } else {
        dependents.computeIfAbsent(ownerIndex, key -> new ArrayList<>(1)).add(index);
      }
    }
  }

  private void settle(boolean inTwo) {
    for (long root : graph.globalRoots()) {
      marker.mark(root);
    }
    for (HeapThread thread : threads.all()) {
      if (indexOf(thread) < 0) {
        markStack(thread);
      }
    }
    if (inTwo) {
      marker.drainInTwo();
    }
    wakeAndMark();
    stage = Stage.DEFERRED;
    marker.followDeferred();
    wakeAndMark();
    stage = Stage.HANDLES;
    for (int i = 0; i < candidates.size(); i++) {
      if (handleReached[i] && endsByHandle(candidates.get(i))) {
        woken.add(i);
      }
    }
    wakeAndMark();
    stage = Stage.DOUBT;
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.get(i).doubt().isPresent()) {
        woken.add(i);
      }
    }
    wakeAndMark();
  }

  private void settleUnexplained() {
    List<HeapThread> leaked = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      if (liveSince[i] == Stage.NEVER) {
        leaked.add(candidates.get(i).thread());
      }
    }
    if (leaked.isEmpty()) {
      return;
    }
    stage = Stage.UNEXPLAINED;
    UnexplainedHolders.forEach(
        threads,
        leaked,
        marker.passedOver(),
        address -> {
          marker.mark(address);
          marker.drain();
        });
    wakeAndMark();
  }

  private void settleInFlight() {
    stage = Stage.IN_FLIGHT;
    woken.addAll(ResultsInFlight.among(threads, candidates, i -> liveSince[i] == Stage.NEVER));
    wakeAndMark();
  }

  /** Whether, at this stage, having the Thread is enough to end the wait. */
  private boolean endsByHandle(Candidate candidate) {
    return candidate.blockedOn() instanceof BlockedOn.BarePark
        || (stage.compareTo(Stage.HANDLES) >= 0 && candidate.interruptible());
  }

  private void wakeAndMark() {
    marker.drain();
    while (!woken.isEmpty()) {
      int index = woken.poll();
      if (liveSince[index] == Stage.NEVER) {
        liveSince[index] = stage;
        markStack(candidates.get(index).thread());
        woken.addAll(dependents.getOrDefault(index, List.of()));
        marker.drain();
      }
    }
  }

  /** Marks a thread and what its stack holds, the classes of its methods included. */
  private void markStack(HeapThread thread) {
    marker.markThread(thread.object().address());
    if (isOurAgent(thread)) {
      // It looks at all threads, and wakes none.
      return;
    }
    threads.releasedAtEndOf(thread).forEach(marker::mark);
    int carrierFrames = firstCarrierFrame(thread);
    for (GcRoot root : thread.roots()) {
      if (root.depth() < carrierFrames) {
        marker.mark(root.address());
      }
    }
    for (StackFrame frame : thread.frames()) {
      marker.mark(frame.classId());
    }
  }

  /** What candidates wait on, and which of them, by index. */
  Map<Long, List<Integer>> watchers() {
    return watchers;
  }

  /** Whether a thread is live for sure. */
  boolean isLive(HeapThread thread) {
    int index = indexOf(thread);
    return index < 0 || liveSince[index].compareTo(Stage.DOUBT) < 0;
  }

  static boolean isOurAgent(HeapThread thread) {
    return thread.frames().stream()
        .anyMatch(frame -> frame.is("io.stranded.agent.Reporter", "run"));
  }

  /**
   * Where a carrier's own frames begin. They hold the virtual thread that is mounted on it, which
   * is the runtime's business and no way for live code to reach that thread.
   */
  static int firstCarrierFrame(HeapThread thread) {
    List<StackFrame> frames = thread.frames();
    if (frames.stream().noneMatch(f -> f.is("java.lang.VirtualThread", "runContinuation"))) {
      return Integer.MAX_VALUE;
    }
    int depth = 0;
    while (!frames.get(depth).className().equals("jdk.internal.vm.Continuation")
        && !frames.get(depth).is("java.lang.VirtualThread", "runContinuation")) {
      depth++;
    }
    return depth;
  }
}
