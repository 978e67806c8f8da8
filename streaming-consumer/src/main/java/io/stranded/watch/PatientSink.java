package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sink, and what it is owed: the last word on each finding that it has refused. It gets that when
 * it has room again; what it has never heard of, as opened. Used under its owner's lock.
 */
final class PatientSink {
  private final FindingSink sink;
  private final Map<String, Owed> owed = new LinkedHashMap<>();
  private final Set<Target> ends = new LinkedHashSet<>();

  PatientSink(FindingSink sink) {
    this.sink = sink;
  }

  /**
   * What a sink has refused.
   *
   * @param report of one finding
   * @param known whether it has heard of that finding before
   */
  record Owed(LeakProfile report, boolean known) {
    Finding finding() {
      return report.findings().get(0);
    }
  }

  /** By what the sink is told from others, also after a restart. */
  String name() {
    return sink.getClass().getSimpleName();
  }

  /** Hands a report over; what is refused of it is owed if it is of a finding that has a life. */
  void accept(LeakProfile report) throws IOException {
    List<Finding> due = new ArrayList<>();
    for (Finding finding : report.findings()) {
      due(report, finding).ifPresent(due::add);
    }
    if (due.isEmpty() && !report.findings().isEmpty()) {
      return;
    }
    try {
      sink.accept(report.withFindings(due));
    } catch (IOException | RuntimeException e) {
      for (Finding finding : due) {
        finding.life().ifPresent(life -> owe(report, finding, life));
      }
      throw e;
    }
    due.forEach(finding -> owed.remove(key(report, finding)));
  }

  /** Hands over what it is owed, up to the first that it refuses again. */
  void retry() throws IOException {
    for (Map.Entry<String, Owed> entry : List.copyOf(owed.entrySet())) {
      sink.accept(entry.getValue().report());
      owed.remove(entry.getKey());
    }
    for (Target target : List.copyOf(ends)) {
      sink.gone(target);
      ends.remove(target);
    }
  }

  boolean isOwed() {
    return !owed.isEmpty() || !ends.isEmpty();
  }

  /** What it is owed of a JVM. */
  List<Owed> of(Target target) {
    return owed.values().stream()
        .filter(each -> each.report().target().filter(target::equals).isPresent())
        .toList();
  }

  /** Goes on with what it was owed by an earlier run. */
  void restore(Owed left) {
    owed.put(key(left.report(), left.finding()), left);
  }

  /** Tells it of findings that were opened in an earlier run, if it has nothing of that. */
  void fill(LeakProfile opened) throws IOException {
    if (sink.startsEmpty()) {
      accept(opened);
    }
  }

  void gone(Target target) throws IOException {
    if (!of(target).isEmpty()) {
      // The end comes after what is owed.
      ends.add(target);
      return;
    }
    try {
      sink.gone(target);
    } catch (IOException | RuntimeException e) {
      ends.add(target);
      throw e;
    }
  }

  void bygonesReported() throws IOException {
    sink.bygonesReported();
  }

  void close() throws IOException {
    try {
      retry();
    } finally {
      sink.close();
    }
  }

  /** A finding as this sink is to hear of it; empty if it need not, as it never heard of it. */
  private Optional<Finding> due(LeakProfile report, Finding finding) {
    Owed former = owed.get(key(report, finding));
    Optional<Life> life = finding.life();
    if (former == null || former.known() || life.isEmpty()) {
      return Optional.of(finding);
    }
    if (life.get().stage() == Life.Stage.RESOLVED) {
      owed.remove(key(report, finding));
      return Optional.empty();
    }
    return Optional.of(
        finding.at(
            new Life(Life.Stage.OPENED, life.get().firstSeen(), life.get().lastSeen()),
            finding.threads()));
  }

  private void owe(LeakProfile report, Finding finding, Life life) {
    String key = key(report, finding);
    Owed former = owed.remove(key);
    boolean known = former == null ? life.stage() != Life.Stage.OPENED : former.known();
    owed.put(key, new Owed(report.withFindings(List.of(finding)), known));
  }

  private static String key(LeakProfile report, Finding finding) {
    return report.target().map(Target::instanceId).orElse("") + '|' + LeakKinds.key(finding);
  }
}
