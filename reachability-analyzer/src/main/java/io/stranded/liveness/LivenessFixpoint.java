package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.finding.RootPrecision;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.Marks;
import io.stranded.internal.hprof.LongLongMap;
import io.stranded.internal.jdk.JdkThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Finds the threads that nothing live can wake.
 *
 * <p>All threads but the candidates are live, with what their stacks hold. A candidate becomes live
 * when something live reaches what it waits on, or the thread it waits for becomes live; then its
 * stack is marked in turn, and so on until nothing changes. Whatever is left is leaked: all of it
 * at once, cycles and chains included.
 *
 * <p>This is done in passes. Each lets more count than the last one, first the weaker ways by which
 * live code may hold a thread, then what the evidence cannot rule out; and what a pass wakes gets
 * its fate from it. Marking only ever adds, so a pass goes on where the last one settled, and every
 * object is visited once.
 */
final class LivenessFixpoint implements Marker.Listener {
  /**
   * A step of the fixpoint.
   *
   * @param opens adds what counts from now on
   * @param fate what becomes of those that it wakes
   */
  private record Pass(Runnable opens, Function<Candidate, Fate> fate) {
    static Pass doubting(Doubt doubt, Runnable opens) {
      return new Pass(opens, candidate -> new Fate.InDoubt(doubt));
    }
  }

  /**
   * After so many rounds cleanup actions all count as run. A chain of finalizers that each wake the
   * thread which holds the next one's object takes a round for each.
   */
  private static final int MOST_ROUNDS = 32;

  private final JdkThreads threads;
  private final HeapGraph graph;
  private final List<Candidate> candidates;
  private final RootPrecision precision;
  private final Marks marks;
  private final Marker marker;
  private final HiddenRoots hidden;
  private final HidingThreads hiding;
  private final UnexplainedHolders unexplained;
  private final LongLongMap byThread = new LongLongMap();
  private final Map<Long, List<Integer>> watchers = new HashMap<>();
  private final Map<Long, List<Integer>> members = new HashMap<>();
  private final Map<Integer, List<Integer>> dependents = new HashMap<>();
  private final CleanupActions actions = new CleanupActions();
  private final Deque<Integer> woken = new ArrayDeque<>();
  private final Deque<Long> given = new ArrayDeque<>();
  private final Set<Long> asked;
  private final Set<Long> strong = new HashSet<>();
  private final Fate[] fates;
  private final boolean[] handleReached;
  private final OrphanedTickers tickers;
  private boolean interruptsCount;
  private boolean isStrong = true;

  private LivenessFixpoint(
      JdkThreads threads,
      List<Candidate> candidates,
      OrphanedTickers tickers,
      Set<Long> asked,
      RootPrecision precision) {
    this.threads = threads;
    this.tickers = tickers;
    this.asked = asked;
    this.graph = threads.graph();
    this.candidates = candidates;
    this.precision = precision;
    this.marks = graph.newMarks();
    this.marker = new Marker(graph, marks, EdgePolicy.ofLiveCode(graph.classes().size()), this);
    this.hidden = new HiddenRoots(graph, precision == RootPrecision.EXACT);
    this.hiding = new HidingThreads(hidden);
    this.unexplained = new UnexplainedHolders(threads, marks);
    this.fates = new Fate[candidates.size()];
    Arrays.fill(fates, Fate.LEAKED);
    this.handleReached = new boolean[candidates.size()];
  }

  /**
   * Marks the graph and decides every candidate.
   *
   * @param tickers are told what is live without them
   * @param asked objects of which it is asked whether {@link #isStrong}
   * @param precision how far the roots of the dump can be trusted
   * @param inTwo whether a second core helps with the bulk of the marking
   */
  static LivenessFixpoint run(
      JdkThreads threads,
      List<Candidate> candidates,
      OrphanedTickers tickers,
      Set<Long> asked,
      RootPrecision precision,
      boolean inTwo) {
    LivenessFixpoint fixpoint =
        new LivenessFixpoint(threads, candidates, tickers, asked, precision);
    fixpoint.watchCandidates();
    fixpoint.markAllButTickers(inTwo);
    for (Pass pass : fixpoint.passes()) {
      pass.opens().run();
      fixpoint.settle(pass);
      fixpoint.isStrong = false;
    }
    return fixpoint;
  }

  private List<Pass> passes() {
    List<Pass> passes = new ArrayList<>();
    passes.add(new Pass(this::markTickers, candidate -> Fate.LIVE));
    passes.add(new Pass(marker::followDeferred, candidate -> Fate.WEAKLY_HELD));
    passes.add(new Pass(this::countInterrupts, candidate -> Fate.INTERRUPT_ONLY));
    passes.add(
        new Pass(
            () -> wake(i -> candidates.get(i).doubt().isPresent()),
            candidate -> new Fate.InDoubt(candidate.doubt().orElse(Doubt.BEHIND_DOUBT))));
    if (precision != RootPrecision.FROZEN) {
      passes.addAll(passesForWhatDumpsHide());
    }
    return passes;
  }

  /** A frozen image hides nothing, so these doubts do not arise with one. */
  private List<Pass> passesForWhatDumpsHide() {
    List<Pass> passes = new ArrayList<>();
    for (Doubt hiding : HiddenRoots.DOUBTS) {
      passes.add(Pass.doubting(hiding, () -> wakeIfSomeThreadHides(hiding)));
    }
    passes.add(
        Pass.doubting(
            Doubt.UNEXPLAINED_HOLDER,
            () -> unexplained.forEachUnexplained(undecidedThreads(), passedOver(), this::follow)));
    passes.add(
        Pass.doubting(
            Doubt.HIDDEN_CONSTANTS,
            () -> unexplained.forEachClassOf(undecidedThreads(), this::follow)));
    passes.add(
        Pass.doubting(
            Doubt.RESULT_IN_FLIGHT,
            () -> woken.addAll(ResultsInFlight.among(threads, candidates, this::isUndecided))));
    return passes;
  }

  /** What became of the candidate of the given index. */
  Fate fate(int candidate) {
    return fates[candidate];
  }

  /** The index of the candidate that is this thread, or -1. */
  int indexOf(HeapThread thread) {
    return (int) byThread.getOrDefault(thread.object().address(), -1);
  }

  /** What is live, or may be. */
  Marks marks() {
    return marks;
  }

  /** Whether live code leads to an object that was asked about, by strong references. */
  boolean isStrong(long address) {
    return strong.contains(address);
  }

  /** Who keeps everything in doubt. */
  HidingThreads hiding() {
    return hiding;
  }

  /** What candidates wait on, and which of them, by index. */
  Map<Long, List<Integer>> watchers() {
    return watchers;
  }

  /** Whether a thread is live for sure, or unless live code never uses the way it is held by. */
  boolean isLive(HeapThread thread) {
    int index = indexOf(thread);
    return index < 0 || fates[index] instanceof Fate.Live || fates[index] instanceof Fate.Held;
  }

  @Override
  public void reached(long address) {
    List<Integer> watching = watchers.get(address);
    List<Integer> inGroup = members.get(address);
    synchronized (woken) {
      if (isStrong && asked.contains(address)) {
        strong.add(address);
      }
      if (watching != null) {
        woken.addAll(watching);
      }
      if (inGroup != null) {
        inGroup.forEach(index -> given.add(candidates.get(index).thread().object().address()));
      }
    }
  }

  @Override
  public boolean entersThread(long address) {
    int index = (int) byThread.getOrDefault(address, -1);
    if (index < 0 || !isUndecided(index)) {
      return true;
    }
    Candidate candidate = candidates.get(index);
    synchronized (woken) {
      handleReached[index] = true;
      given.addAll(candidate.groups());
      if (candidate.blockedOn().ending().byHandle()
          || (interruptsCount && candidate.interruptible())) {
        woken.add(index);
      }
    }
    return false;
  }

  @Override
  public boolean isLeftAlone(long address) {
    int index = (int) byThread.getOrDefault(address, -1);
    return index < 0 ? tickers.isKeptBack(address) : isUndecided(index);
  }

  @Override
  public boolean runs(long referent, long target) {
    actions.add(referent, target);
    return false;
  }

  private void watchCandidates() {
    asked.forEach(marker::watch);
    for (int i = 0; i < candidates.size(); i++) {
      byThread.put(candidates.get(i).thread().object().address(), i);
    }
    for (int i = 0; i < candidates.size(); i++) {
      Ending ending = candidates.get(i).blockedOn().ending();
      for (long object : ending.objects()) {
        watch(watchers, object, i);
      }
      if (candidates.get(i).blockedOn() instanceof BlockedOn.References references) {
        actions.watch(references.queue());
      }
      for (long group : candidates.get(i).groups()) {
        watch(members, group, i);
      }
      for (HeapThread owner : ending.threads()) {
        int ownerIndex = indexOf(owner);
        if (ownerIndex < 0) {
          woken.add(i);
        } else {
          dependents.computeIfAbsent(ownerIndex, key -> new ArrayList<>(1)).add(i);
        }
      }
    }
  }

  private void watch(Map<Long, List<Integer>> byObject, long address, int index) {
    byObject.computeIfAbsent(address, key -> new ArrayList<>(1)).add(index);
    marker.watch(address);
  }

  /**
   * Marks what is live even without the tickers, and those that are reached from it. Cleanup
   * actions wait: what tickers hold is not collected.
   */
  private void markAllButTickers(boolean inTwo) {
    markLiveCode(inTwo);
    wakeAndMark(new Pass(() -> {}, candidate -> Fate.LIVE));
    for (List<HeapThread> owned = tickers.takeOwned(marks);
        !owned.isEmpty();
        owned = tickers.takeOwned(marks)) {
      owned.forEach(this::markThread);
      wakeAndMark(new Pass(() -> {}, candidate -> Fate.LIVE));
    }
  }

  /** Who cannot be stopped is live all the same. */
  private void markTickers() {
    tickers.kept().forEach(ticker -> markThread(ticker.thread()));
  }

  private void markLiveCode(boolean inTwo) {
    for (long root : graph.globalRoots()) {
      marker.mark(root);
    }
    for (HeapThread thread : threads.all()) {
      if (indexOf(thread) < 0 && !tickers.isKeptBack(thread.object().address())) {
        markThread(thread);
      }
    }
    if (inTwo) {
      marker.drainInTwo();
    }
  }

  private void countInterrupts() {
    interruptsCount = true;
    wake(i -> handleReached[i] && candidates.get(i).interruptible());
  }

  private void wakeIfSomeThreadHides(Doubt doubt) {
    if (undecided().findAny().isEmpty()) {
      return;
    }
    List<HeapThread> hides =
        threads.all().stream()
            .filter(thread -> indexOf(thread) < 0 || !isUndecided(indexOf(thread)))
            .filter(thread -> hidden.mayHide(thread, doubt))
            .toList();
    if (!hides.isEmpty()) {
      hiding.add(doubt, hides);
      wake(this::mayBeEndedByWhatIsHidden);
    }
  }

  /** One that waits for a thread alone is ended by nothing that might be held somewhere. */
  private boolean mayBeEndedByWhatIsHidden(int index) {
    Ending ending = candidates.get(index).blockedOn().ending();
    return !ending.objects().isEmpty()
        || ending.byHandle()
        || candidates.get(index).interruptible();
  }

  private void follow(long address) {
    marker.mark(address);
    marker.drain();
  }

  /** What live objects refer to in ways that are no edges. */
  private LongStack passedOver() {
    LongStack passedOver = marker.passedOver();
    actions.targets().forEach(passedOver::push);
    return passedOver;
  }

  private boolean isUndecided(int index) {
    return fates[index] == Fate.LEAKED;
  }

  private IntStream undecided() {
    return IntStream.range(0, fates.length).filter(this::isUndecided);
  }

  private List<HeapThread> undecidedThreads() {
    return undecided().mapToObj(index -> candidates.get(index).thread()).toList();
  }

  private void wake(IntPredicate wanted) {
    undecided().filter(wanted).forEach(woken::add);
  }

  private void settle(Pass pass) {
    wakeAndMark(pass);
    actions.dropMarked(marks);
    for (int round = 0; actions.mayRun(); actions.dropMarked(marks)) {
      List<Long> targets = actions.takeThoseOfLive(marks);
      if (targets.isEmpty()) {
        List<HeapThread> waiting = undecidedThreads();
        targets =
            waiting.isEmpty() || round == MOST_ROUNDS
                ? actions.takeAll()
                : actions.takeThoseThatRun(graph, marks, waiting);
        round++;
      }
      if (targets.isEmpty()) {
        return;
      }
      targets.forEach(marker::mark);
      wakeAndMark(pass);
    }
  }

  private void wakeAndMark(Pass pass) {
    marker.drain();
    while (!woken.isEmpty() || !given.isEmpty()) {
      while (!given.isEmpty()) {
        marker.mark(given.poll());
      }
      marker.drain();
      Optional<Integer> next = Optional.ofNullable(woken.poll());
      next.filter(this::isUndecided)
          .ifPresent(
              index -> {
                fates[index] = pass.fate().apply(candidates.get(index));
                markThread(candidates.get(index).thread());
                woken.addAll(dependents.getOrDefault(index, List.of()));
                marker.drain();
              });
    }
  }

  private void markThread(HeapThread thread) {
    ThreadStack.mark(thread, marker);
    threads.releasedAtEndOf(thread).forEach(marker::mark);
  }
}
