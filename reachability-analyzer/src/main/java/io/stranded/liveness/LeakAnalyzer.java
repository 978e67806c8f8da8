package io.stranded.liveness;

import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Progress;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.heap.SecondCore;
import io.stranded.internal.jdk.JdkThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the leaked threads of a heap dump: the front door of the analyzer. */
public final class LeakAnalyzer {
  /** What it takes for each object to say who holds it. */
  private static final long HOLDER_BYTES = 64;

  private ThreadFacts facts = ThreadFacts.NONE;
  private Optional<Target> target = Optional.empty();
  private Progress progress = Progress.NONE;
  private long secondCoreFrom = SecondCore.LARGE;
  private boolean explainsHolders;
  private Optional<String> explained = Optional.empty();
  private boolean timesStages;
  private StageClock clock = StageClock.STOPPED;

  /** Uses what is known of the threads beside the dump. */
  public LeakAnalyzer facts(ThreadFacts value) {
    facts = value;
    return this;
  }

  /** Names the JVM that was dumped. */
  public LeakAnalyzer target(Target value) {
    target = Optional.of(value);
    return this;
  }

  /**
   * Adds to findings of weaker confidence by whom they are still held, in any case. Takes one more
   * walk over the live heap, and up to 64 bytes of memory for each object in it; without this it is
   * done if there are such findings and as much memory twice over.
   */
  public LeakAnalyzer explainsHolders(boolean value) {
    explainsHolders = value;
    return this;
  }

  /** Adds a note that says why this thread, given by name or id, is or is not leaked. */
  public LeakAnalyzer explain(String thread) {
    explained = Optional.of(thread);
    return this;
  }

  /** Adds a note for each stage of the analysis that says how long it took, and what bounds it. */
  public LeakAnalyzer timesStages(boolean value) {
    timesStages = value;
    return this;
  }

  /** Marks on two cores, where they are, from so many bytes of dump on. */
  LeakAnalyzer secondCoreFrom(long bytes) {
    secondCoreFrom = bytes;
    return this;
  }

  /** Reports progress while reading. */
  public LeakAnalyzer progress(Progress value) {
    progress = value;
    return this;
  }

  /**
   * Analyzes a dump: reads it once or twice and follows every reference once. Memory beside the
   * mapped file is 4 to 8 bytes per object.
   *
   * @throws io.stranded.finding.UnreadableDumpException if it is not a readable heap dump; a
   *     damaged one gives a profile that is marked incomplete
   */
  public LeakProfile analyze(Path dump) throws IOException {
    try {
      List<String> lateDamage = new ArrayList<>();
      LeakProfile profile = analyze(dump, List.of(), lateDamage);
      // Found too late for some verdicts; and what is incomplete proves nothing: once more.
      return lateDamage.isEmpty() ? profile : analyze(dump, lateDamage, new ArrayList<>());
    } catch (OutOfMemoryError e) {
      throw new UnreadableDumpException(
          dump
              + ": does not fit into the Java heap of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB: give it more with -Xmx",
          e);
    }
  }

  private LeakProfile analyze(Path dump, List<String> knownDamage, List<String> lateDamage)
      throws IOException {
    clock = timesStages ? StageClock.running() : StageClock.STOPPED;
    try (HeapGraph graph = HeapGraph.open(dump, progress)) {
      clock.ended(StageClock.Stage.READING);
      knownDamage.forEach(graph::addDamage);
      JdkThreads threads = graph.guarded(() -> JdkThreads.of(graph));
      boolean damaged = !graph.damage().isEmpty();
      LeakProfile profile = graph.guarded(() -> analyze(threads));
      if (!damaged) {
        lateDamage.addAll(graph.damage());
      }
      return profile;
    }
  }

  /** Whether somebody holds what is stuck, and there is room to say who. */
  private boolean canExplain(HeapGraph graph, List<Finding> findings) {
    Runtime jvm = Runtime.getRuntime();
    long free = jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory();
    // An island has no way from live code: it is what is left of the heap without that.
    return facts.roots() != RootPrecision.FROZEN
        && findings.stream().anyMatch(finding -> finding.standing() == Standing.STUCK)
        && free / 2 > graph.objectCount() * HOLDER_BYTES;
  }

  private boolean isInTwo(HeapGraph graph) {
    return graph.file().size() >= secondCoreFrom && SecondCore.exists();
  }

  private LeakProfile analyze(JdkThreads threads) {
    HeapGraph graph = threads.graph();
    Map<Long, String> names = new HashMap<>();
    threads.all().forEach(thread -> names.put(thread.id(), thread.name()));
    facts.about(Instant.ofEpochMilli(graph.file().timestampMillis()), names);
    WaitReader reader = new WaitReader(threads, facts);
    List<Candidate> candidates = new ArrayList<>();
    for (HeapThread thread : threads.all()) {
      reader.candidate(thread).ifPresent(candidates::add);
    }
    clock.ended(StageClock.Stage.WAITS);
    OrphanedTickers tickers = new OrphanedTickers(threads, candidates);
    WorkerPools pools = WorkerPools.of(threads, candidates);
    LivenessFixpoint fixpoint =
        LivenessFixpoint.run(
            threads, candidates, tickers, pools.addresses(), facts.roots(), isInTwo(graph));
    clock.ended(StageClock.Stage.MARKING);
    Optional<Gap> gap = Gap.of(threads, facts.roots());
    FindingBuilder builder = new FindingBuilder(threads, candidates, fixpoint, pools, facts, gap);
    List<Finding> findings = new ArrayList<>(builder.findings());
    if (gap.isEmpty()) {
      findings.addAll(new TickerFindings(graph, facts).of(tickers.kept()));
    }
    List<Finding> forgotten = new ForgottenFindings(threads, facts).of(candidates, fixpoint);
    findings.addAll(forgotten);
    clock.ended(StageClock.Stage.FINDINGS);
    List<String> notes = new ArrayList<>();
    graph.damage().forEach(clause -> notes.add("the dump is incomplete: " + clause));
    notes.addAll(threads.shape().notes());
    if (facts.roots() == RootPrecision.AS_DUMPED) {
      notes.add(
          "roots as dumped: what only a scalar-replaced object of compiled code holds, or the class"
              + " data of a hidden class, is not in the dump");
    }
    notes.addAll(fixpoint.hiding().notes());
    notes.addAll(builder.keepAliveNotes());
    if (explainsHolders
        || explained.isPresent()
        || !forgotten.isEmpty()
        || canExplain(graph, findings)) {
      Explainer explainer = new Explainer(threads, candidates, fixpoint);
      findings = findings.stream().map(explainer::withHolder).toList();
      explained.ifPresent(thread -> notes.addAll(explainer.explain(thread)));
      clock.ended(StageClock.Stage.EXPLAINING);
    }
    notes.addAll(clock.notes(graph.objectCount()));
    LeakProfile profile =
        new LeakProfile(
            target,
            Instant.ofEpochMilli(graph.file().timestampMillis()),
            Optional.of(
                new DumpInfo(
                    graph.damage().isEmpty(),
                    facts.roots(),
                    graph.objectCount(),
                    graph.file().size())),
            ThreadCounts.of(
                threads.all().size() + threads.hiddenVirtualThreads(), candidates.size(), findings),
            findings,
            notes);
    boolean stackless =
        threads.all().stream().allMatch(thread -> thread.virtual() || thread.frames().isEmpty());
    if (!stackless) {
      return profile;
    }
    List<String> unknowns = new ArrayList<>(profile.unknowns());
    unknowns.add("the dump has no stacks, so that waits cannot be judged");
    return profile.withUnknowns(unknowns);
  }
}
