package io.stranded.internal.recording;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A JVM as its recordings show it. */
public final class RecordedJvm {
  private final ThreadLedger ledger;
  private final List<Coverage> coverages;
  private final ReplayOptions options;
  private final Optional<Path> unplaced;

  /** A JVM whose recordings are all that was read. */
  RecordedJvm(ThreadLedger ledger, List<Coverage> coverages, ReplayOptions options) {
    this(ledger, coverages, options, Optional.empty());
  }

  /**
   * A JVM among others.
   *
   * @param unplaced the file in place of its name if that does not say of which JVM it is
   */
  RecordedJvm(
      ThreadLedger ledger,
      List<Coverage> coverages,
      ReplayOptions options,
      Optional<Path> unplaced) {
    this.ledger = ledger;
    this.coverages = List.copyOf(coverages);
    this.options = options;
    this.unplaced = unplaced;
  }

  /** Which JVM it is, or the file that it alone is known by; empty if nothing tells. */
  public Optional<Target> target() {
    return ledger.jvms().stream()
        .findFirst()
        .map(RecordedJvm::target)
        .or(() -> unplaced.map(RecordedJvm::target));
  }

  /**
   * The threads that still waited when the recording ended and those that became ever more.
   *
   * <p>A recording does not hold the heap, so nothing is ever proved: every finding has the verdict
   * {@link io.stranded.finding.Verdict#SUSPECT}, and says in its evidence what the suspicion rests
   * on. Threads that wait with a timeout, or as the JVM or a pool in use means them to, are no
   * suspects. What the inputs do not tell (no events of the agent, a chunk that is cut) is in the
   * notes.
   */
  public LeakProfile suspects() {
    OpenWaits waits = new OpenWaits(ledger, options.minAge());
    Suspects suspects = Suspects.among(waits, ledger, options.limits());
    List<Finding> findings = suspects.findings();
    List<String> notes = new ArrayList<>(inputNotes());
    notes.addAll(suspects.notes());
    notes.addAll(ReplayNotes.of(ledger, waits, suspects));
    Unknowns unknowns = Unknowns.of(ledger, coverages, waits, suspects);
    if (!unknowns.clauses().isEmpty()) {
      notes.add(Unknowns.cure(target().map(Target::pid).orElse(0L)));
    }
    return new LeakProfile(
        target(),
        ledger.end(),
        Optional.empty(),
        counts(waits),
        findings,
        notes,
        unknowns.clauses());
  }

  /**
   * Analyzes a heap dump of this JVM with what the recordings tell of its threads: who created
   * them, and which of them were in one wait before and after the dump.
   *
   * @param analyzer set up but for facts and target
   * @param beside what else is known of the threads
   * @throws UnreadableRecordingException if the dump is of another JVM
   * @throws io.stranded.finding.UnreadableDumpException if it is not a readable heap dump
   */
  public LeakProfile prove(Path dump, LeakAnalyzer analyzer, ThreadFacts beside)
      throws IOException {
    RecordingFacts facts = new RecordingFacts(ledger, growing());
    target().ifPresent(analyzer::target);
    LeakProfile profile = analyzer.facts(new MergedFacts(facts, beside)).analyze(dump);
    facts.requireSameJvm(dump);
    return new DumpJoin(ledger, facts, options.limits()).complete(profile, inputNotes());
  }

  /** How the number of those went that wait and become more and more, by thread. */
  private Map<Long, String> growing() {
    OpenWaits waits = new OpenWaits(ledger, options.minAge());
    Map<Long, String> growing = new HashMap<>();
    for (Finding finding : Suspects.among(waits, ledger, options.limits()).findings()) {
      Set<ThreadGroupFlow> groups = new LinkedHashSet<>();
      finding
          .threads()
          .forEach(thread -> ledger.census().groupOf(thread.id()).ifPresent(groups::add));
      if (!groups.isEmpty()) {
        Growth growth = Growth.of(groups, ledger, options.limits());
        if (growth.shape().rises()) {
          finding.threads().forEach(thread -> growing.put(thread.id(), growth.words()));
        }
      }
    }
    return growing;
  }

  /** How the numbers of threads went. */
  public TrendReport trends() {
    return Trends.of(ledger, target(), options.limits(), inputNotes());
  }

  /** What is known of its threads. */
  ThreadLedger ledger() {
    return ledger;
  }

  static Target target(JvmDescribed jvm) {
    String command = jvm.command().strip();
    int space = command.indexOf(' ');
    String name = space < 0 ? command : command.substring(0, space);
    Instant started = jvm.startedAt();
    return new Target(
        name.isEmpty() ? Target.UNKNOWN : name,
        jvm.pid() + "@" + started.toEpochMilli(),
        Target.UNKNOWN, // no event of a JVM names its host
        jvm.pid(),
        jvm.version());
  }

  private static Target target(Path file) {
    return new Target(
        String.valueOf(file.getFileName()), "file " + file, Target.UNKNOWN, 0, Target.UNKNOWN);
  }

  private List<String> inputNotes() {
    List<String> notes = new ArrayList<>();
    unplaced.ifPresent(
        file ->
            notes.add(file.getFileName() + ": does not say of which JVM it is: reported alone"));
    coverages.forEach(coverage -> notes.addAll(coverage.notes()));
    return notes;
  }

  private ThreadCounts counts(OpenWaits waits) {
    OptionalLong virtual = ledger.virtualThreads();
    return new ThreadCounts(
        ledger.platformThreads() + virtual.orElse(0), waits.suspects().size(), 0, 0, virtual);
  }
}
