package io.stranded.recording;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.recording.RecordedFact.JvmDescribed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds, in recordings of one JVM, the threads that still waited when the recording ended.
 *
 * <p>A recording does not hold the heap, so nothing is ever proved: every finding has the verdict
 * {@link io.stranded.finding.Verdict#SUSPECT}, and says in its evidence what the suspicion rests
 * on. Threads that wait with a timeout, or as the JVM means them to, are no suspects. What the
 * inputs do not tell (no events of the agent, a chunk that is cut) is in the notes.
 *
 * <p>Reads every byte once or, of damaged files, twice. Memory goes with the number of threads
 * alive at a time, and with the size of files up to {@link ReplayOptions#inMemoryLimit()}. Safe for
 * use by several threads.
 */
public final class RecordingAnalyzer {
  private RecordingAnalyzer() {}

  /**
   * Analyzes recordings.
   *
   * @param inputs {@code .jfr} files and JFR repository directories of one JVM, in any order; they
   *     may overlap
   * @return what was found at the end of the latest
   * @throws UnreadableRecordingException if an input is not a recording, is too damaged to say
   *     anything, or is of another JVM than the others
   * @throws IOException if a repaired copy cannot be deleted
   */
  public static LeakProfile analyze(List<Path> inputs, ReplayOptions options) throws IOException {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("no inputs");
    }
    ThreadLedger ledger = new ThreadLedger();
    Map<RecordingInput, Coverage> coverages = new LinkedHashMap<>();
    for (Path path : inputs) {
      coverages.put(RecordingInput.locate(path), new Coverage(path.getFileName() + ""));
    }
    new InputLoader(ledger, options).load(coverages);
    ledger.finish();
    requireOneJvm(inputs, ledger.jvms());

    OpenWaits waits = new OpenWaits(ledger, options.minAge());
    List<Finding> findings = Suspects.group(waits.suspects(), ledger);
    List<String> notes = new ArrayList<>();
    coverages.values().forEach(coverage -> notes.addAll(coverage.notes()));
    notes.addAll(ReplayNotes.of(ledger, waits));
    return new LeakProfile(
        ledger.jvms().stream().findFirst().map(RecordingAnalyzer::target),
        ledger.end(),
        Optional.empty(),
        counts(ledger, waits),
        findings,
        notes);
  }

  private static ThreadCounts counts(ThreadLedger ledger, OpenWaits waits) {
    Set<Long> alive = new HashSet<>(ledger.dumps().last().keySet());
    alive.removeIf(ledger::hasEnded);
    ledger.alive().forEach(thread -> alive.add(thread.id()));
    return new ThreadCounts(alive.size(), waits.suspects().size(), 0, 0);
  }

  private static void requireOneJvm(List<Path> inputs, List<JvmDescribed> jvms)
      throws UnreadableRecordingException {
    if (jvms.size() > 1) {
      JvmDescribed one = jvms.get(0);
      JvmDescribed other = jvms.get(1);
      throw new UnreadableRecordingException(
          inputs.get(0),
          "the input is of several JVMs (process %d started at %s, process %d started at %s); replay them one by one"
              .formatted(one.pid(), one.startedAt(), other.pid(), other.startedAt()));
    }
  }

  private static Target target(JvmDescribed jvm) {
    String command = jvm.command().strip();
    int space = command.indexOf(' ');
    String name = space < 0 ? command : command.substring(0, space);
    Instant started = jvm.startedAt();
    return new Target(
        name.isEmpty() ? "unknown" : name,
        jvm.pid() + "@" + started.toEpochMilli(),
        "unknown", // no event of a JVM names its host
        jvm.pid(),
        jvm.version());
  }
}
