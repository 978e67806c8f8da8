package io.stranded.liveness;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Doubt;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Summary;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Verdict;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.heap.HeapThread;
import io.stranded.internal.hprof.StackFrame;
import io.stranded.internal.jdk.JdkThreads;
import io.stranded.internal.jdk.SyncState;
import io.stranded.internal.stack.Fingerprint;
import io.stranded.internal.stack.WaitSite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Groups the threads that a fixpoint left behind into findings, with cause and evidence. */
final class FindingBuilder {
  /** As many frames as the JVM itself prints. */
  private static final int LONGEST_STACK = 1024;

  /** Of more pools that lose workers at one place nobody wants to read. */
  private static final int MOST_POOLS = 5;

  /** What makes threads one finding. */
  private record Key(String fingerprint, Verdict verdict, Confidence confidence) {}

  /**
   * A leaked candidate with all that is said of it.
   *
   * @param ownTask the pool for whose queued task it waits, which is the one that it runs in
   * @param inUse the pool that it works for, if that is in use
   */
  private record Leak(
      int index,
      Candidate candidate,
      Cause cause,
      WaitSite site,
      Optional<HeapObject> ownTask,
      Optional<HeapObject> inUse) {}

  private final JdkThreads threads;
  private final HeapGraph graph;
  private final List<Candidate> candidates;
  private final LivenessFixpoint fixpoint;
  private final WorkerPools pools;
  private final ThreadFacts facts;
  private final Optional<Gap> gap;
  private final PinnedBytes pinned;
  private final OwnerChains owners;
  private final OwnTasks ownTasks;
  private final ThreadOrigins origins;

  /**
   * A builder for one fixpoint.
   *
   * @param pools that candidates work for
   * @param gap why nothing can be proved on this dump, if that is so
   */
  FindingBuilder(
      JdkThreads threads,
      List<Candidate> candidates,
      LivenessFixpoint fixpoint,
      WorkerPools pools,
      ThreadFacts facts,
      Optional<Gap> gap) {
    this.threads = threads;
    this.graph = threads.graph();
    this.candidates = candidates;
    this.fixpoint = fixpoint;
    this.pools = pools;
    this.facts = facts;
    this.gap = gap;
    this.pinned = new PinnedBytes(graph, fixpoint.marks());
    this.owners = new OwnerChains(candidates, fixpoint);
    this.ownTasks = new OwnTasks(threads);
    this.origins = new ThreadOrigins(threads, candidates, pools, facts);
  }

  /** The findings, most threads first; threads kept alive on purpose are in none. */
  List<Finding> findings() {
    Map<Key, List<Leak>> groups = new LinkedHashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      Optional<Confidence> confidence = fixpoint.fate(i).confidence();
      if (confidence.isEmpty() || candidate.keepAlive()) {
        continue;
      }
      Leak leak = leak(i, candidate);
      Verdict verdict = verdict(i);
      String fingerprint =
          Fingerprint.of(
              leak.cause(),
              leak.site().type(),
              stack(candidate),
              candidate.thread().name(),
              origins.of(i));
      groups
          .computeIfAbsent(
              new Key(fingerprint, verdict, confidence.get()), key -> new ArrayList<>())
          .add(leak);
    }
    List<Finding> findings = new ArrayList<>();
    groups.forEach((key, leaks) -> findings.add(finding(key, leaks)));
    findings.sort(
        Comparator.comparing(Finding::verdict)
            .thenComparing(finding -> finding.confidence().orElseThrow())
            .thenComparing(Comparator.comparingInt(Finding::count).reversed())
            .thenComparing(Finding::fingerprint));
    return findings;
  }

  /** A note for each main thread that waits for ever. */
  List<String> keepAliveNotes() {
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      if (candidate.keepAlive() && fixpoint.fate(i).confidence().isPresent()) {
        notes.add(
            Cause.KEEP_ALIVE
                + ": the main thread "
                + Summaries.label(candidate.thread())
                + " can never run again, as it is kept alive on purpose");
      }
    }
    return notes;
  }

  private Verdict verdict(int index) {
    return doubts(index).isEmpty() ? Verdict.LEAKED : Verdict.INCONCLUSIVE;
  }

  /** All that speaks against a verdict. */
  private Set<Doubt> doubts(int index) {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    gap.ifPresent(g -> doubts.add(g.doubt()));
    candidates.get(index).doubt().ifPresent(doubts::add);
    if (fixpoint.fate(index) instanceof Fate.InDoubt inDoubt) {
      doubts.add(inDoubt.why());
    }
    return doubts;
  }

  private Leak leak(int index, Candidate candidate) {
    BlockedOn blockedOn = candidate.blockedOn();
    WaitSite site = WaitSite.of(syncType(candidate), stack(candidate));
    Optional<Cause> ofOwner = owners.cause(index);
    Optional<HeapObject> pool =
        ofOwner.isPresent() ? Optional.empty() : ownTasks.pool(candidate, site);
    Optional<HeapObject> inUse =
        pools.of(index).filter(worksFor -> fixpoint.isStrong(worksFor.address()));
    if (pool.isPresent()) {
      return new Leak(index, candidate, Cause.POOL_WAITS_FOR_ITSELF, site, pool, inUse);
    }
    Cause cause = ofOwner.orElse(site.cause());
    boolean monitor =
        blockedOn instanceof BlockedOn.MonitorWait || blockedOn instanceof BlockedOn.Unknown;
    if (monitor && cause != Cause.MONITOR_NEVER_NOTIFIED && site.depth() < 0) {
      cause = Cause.MONITOR_NEVER_NOTIFIED;
    }
    if (ofOwner.isEmpty() && inUse.isPresent()) {
      cause = Cause.POOL_EXHAUSTED;
    }
    return new Leak(index, candidate, cause, site, pool, inUse);
  }

  private Finding finding(Key key, List<Leak> leaks) {
    leaks.sort(Comparator.comparingLong(leak -> leak.candidate().thread().id()));
    Leak first = leaks.get(0);
    Map<String, Object> state = SyncState.of(threads, first.candidate().thread(), first.site());
    if (first.cause() == Cause.POOL_EXHAUSTED) {
      first.inUse().map(pools::state).ifPresent(state::putAll);
    }
    return new Finding(
        key.fingerprint(),
        key.verdict(),
        Optional.of(key.confidence()),
        first.cause(),
        Summary.of(
            who(key, leaks),
            first.cause(),
            key.verdict(),
            key.confidence(),
            leaks.size(),
            first.site().type()),
        new SyncObject(first.site().type(), first.candidate().blockedOn().kind(), state),
        leaks.stream().map(this::foundThread).toList(),
        pinned.of(leaks.stream().map(leak -> leak.candidate().thread()).toList()),
        stack(first.candidate()),
        createdBy(leaks),
        evidence(key, leaks),
        doubts(leaks),
        Optional.empty(),
        aliases(leaks));
  }

  /** Threads of one finding differ in nothing else that makes a fingerprint. */
  private List<String> aliases(List<Leak> leaks) {
    Leak first = leaks.get(0);
    return leaks.stream()
        .map(leak -> origins.all(leak.index()))
        .distinct()
        .flatMap(
            known ->
                Fingerprint.aliases(
                    first.cause(),
                    first.site().type(),
                    stack(first.candidate()),
                    first.candidate().thread().name(),
                    known)
                    .stream())
        .distinct()
        .toList();
  }

  /** Where the first thread was started of which that is known. */
  private List<String> createdBy(List<Leak> leaks) {
    return leaks.stream()
        .map(leak -> facts.createdBy(leak.candidate().thread().id()))
        .filter(stack -> !stack.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private FoundThread foundThread(Leak leak) {
    HeapThread thread = leak.candidate().thread();
    return new FoundThread(
        thread.name(), thread.id(), thread.virtual(), facts.waitingFor(thread.id()));
  }

  private Set<Doubt> doubts(List<Leak> leaks) {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    leaks.forEach(leak -> doubts.addAll(doubts(leak.index())));
    return doubts;
  }

  private List<String> evidence(Key key, List<Leak> leaks) {
    List<String> evidence = new ArrayList<>();
    for (Doubt doubt : doubts(leaks)) {
      evidence.add(gap.filter(g -> g.doubt() == doubt).map(Gap::sentence).orElse(doubt.toString()));
    }
    leaks.stream().flatMap(leak -> owners.evidence(leak.index()).stream()).forEach(evidence::add);
    leaks.stream()
        .flatMap(leak -> leak.ownTask().stream())
        .map(ownTasks::sentence)
        .forEach(evidence::add);
    if (leaks.get(0).cause() == Cause.POOL_EXHAUSTED) {
      evidence.add("what they wait for: " + leaks.get(0).site().cause().label());
    }
    poolsInUse(leaks).stream()
        .limit(MOST_POOLS)
        .forEach(pool -> evidence.addAll(lossInWords(pool, key)));
    switch (key.confidence()) {
      case PROVEN -> {
        if (key.verdict() == Verdict.LEAKED) {
          evidence.add(proof(leaks.get(0)));
        }
      }
      case INTERRUPT_ONLY ->
          evidence.add("live code still holds the Thread and could interrupt it");
      case WEAKLY_HELD -> evidence.add("a weak or soft reference still leads to it");
    }
    return evidence.stream().distinct().toList();
  }

  /** Each pool in use that has lost some of these, once. */
  private static List<HeapObject> poolsInUse(List<Leak> leaks) {
    Map<Long, HeapObject> inUse = new LinkedHashMap<>();
    leaks.stream()
        .flatMap(leak -> leak.inUse().stream())
        .forEach(pool -> inUse.putIfAbsent(pool.address(), pool));
    return List.copyOf(inUse.values());
  }

  private WorkerPools.Loss loss(HeapObject pool, Verdict verdict) {
    return pools.loss(
        pool,
        index ->
            fixpoint.fate(index).confidence().isPresent()
                && (verdict != Verdict.LEAKED || verdict(index) == Verdict.LEAKED));
  }

  /** As many threads as there are; of a pool that has lost no others, so many of its workers. */
  private String who(Key key, List<Leak> leaks) {
    List<HeapObject> inUse = poolsInUse(leaks);
    if (leaks.get(0).cause() == Cause.POOL_EXHAUSTED && inUse.size() == 1) {
      WorkerPools.Loss loss = loss(inUse.get(0), key.verdict());
      if (loss.workers() == leaks.size()) {
        return loss.words();
      }
    }
    return leaks.size() == 1 ? "1 thread" : leaks.size() + " threads";
  }

  private List<String> lossInWords(HeapObject pool, Key key) {
    WorkerPools.Loss loss = loss(pool, key.verdict());
    String type = pool.type().name();
    List<String> sentences = new ArrayList<>();
    sentences.add(
        loss.words()
            + " of a "
            + type.substring(type.lastIndexOf('.') + 1)
            + " in use "
            + (key.verdict() == Verdict.LEAKED ? "" : "perhaps ")
            + (loss.workers() == 1 ? "waits" : "wait")
            + " for ever");
    sentences.addAll(loss.more());
    return sentences;
  }

  private static String proof(Leak leak) {
    if (leak.cause() == Cause.DEADLOCK) {
      return "each of them waits for another one, and for nobody else";
    }
    if (leak.cause() == Cause.LOCK_OWNER_ENDED) {
      return "only the owner could unlock it, and the owner has ended";
    }
    return leak.candidate().blockedOn().isForThread()
        ? "only that thread could end the wait"
        : "only leaked threads refer to what it waits on";
  }

  private String syncType(Candidate candidate) {
    BlockedOn blockedOn = candidate.blockedOn();
    if (blockedOn instanceof BlockedOn.Join) {
      return "java.lang.Thread";
    }
    if (blockedOn instanceof BlockedOn.MonitorEnter enter) {
      return enter.type().orElse("");
    }
    if (blockedOn instanceof BlockedOn.ClassInit init) {
      return init.type();
    }
    return blockedOn.syncObject().isPresent() ? typeName(blockedOn.syncObject().getAsLong()) : "";
  }

  private String typeName(long address) {
    return graph.instance(address).map(object -> object.type().name()).orElse("");
  }

  private static List<String> stack(Candidate candidate) {
    return candidate.thread().frames().stream()
        .limit(LONGEST_STACK)
        .map(StackFrame::toString)
        .toList();
  }
}
