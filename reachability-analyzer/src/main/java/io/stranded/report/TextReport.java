package io.stranded.report;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import io.stranded.internal.stack.StackFold;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes a profile for people, most threads first. */
public final class TextReport {
  private static final int MOST_THREADS = 8;
  private static final int LABEL_WIDTH = 12;
  private static final String STUCK = "stuck for ever unless somebody interrupts them";

  private final boolean coloured;
  private final StringBuilder out = new StringBuilder();

  private TextReport(boolean coloured) {
    this.coloured = coloured;
  }

  /**
   * The report, ending in a line break.
   *
   * @param coloured whether to use ANSI colours
   */
  public static String of(LeakProfile profile, boolean coloured) {
    TextReport report = new TextReport(coloured);
    report.head(profile);
    for (Standing standing : Standing.values()) {
      report.section(standing, profile.findings());
    }
    for (String note : profile.notes()) {
      report.line("note: " + Printable.of(note));
    }
    return report.out.toString();
  }

  /** One finding alone, as it stands in a report. */
  public static String of(Finding finding, boolean coloured) {
    TextReport report = new TextReport(coloured);
    report.finding(finding);
    return report.out.toString();
  }

  /** The one line that matters most, such as {@code 3 threads can never run again}. */
  static String headline(LeakProfile profile) {
    ThreadCounts threads = profile.threads();
    long suspects = ThreadCounts.count(profile.findings(), Standing.SUSPECT);
    if (profile.dump().isEmpty() && suspects > 0) {
      return threads(suspects) + " may never run again";
    }
    if (threads.leaked() + threads.stuck() == 0 && !profile.isConclusive()) {
      String unknown = "cannot tell: " + Printable.of(profile.unknowns().get(0));
      return threads.inconclusive() > 0
          ? unknown + "; " + threads(threads.inconclusive()) + " may never run again"
          : unknown;
    }
    if (profile.dump().isEmpty() && threads.leaked() + threads.stuck() == 0) {
      return "no suspects";
    }
    List<String> found = new ArrayList<>();
    if (threads.leaked() > 0 || threads.stuck() == 0) {
      found.add(threads(threads.leaked()) + " can never run again");
    }
    if (threads.stuck() > 0) {
      String who = found.isEmpty() ? threads(threads.stuck()) : threads.stuck() + " more";
      found.add(who + (threads.stuck() == 1 ? " is " : " are ") + STUCK);
    }
    if (threads.inconclusive() > 0) {
      found.add(
          threads.inconclusive()
              + (threads.stuck() > 0 ? " more may never run again" : " more may"));
    }
    if (suspects > 0) {
      found.add(suspects + (suspects == 1 ? " is suspect" : " are suspects"));
    }
    return String.join(", ", found);
  }

  /** The findings of one standing, under a line of their own where that is not the headline's. */
  private void section(Standing standing, List<Finding> findings) {
    List<Finding> members =
        findings.stream().filter(finding -> finding.standing() == standing).toList();
    if (standing == Standing.STUCK && !members.isEmpty()) {
      line(bold(stuck(members)));
      line("");
    }
    members.forEach(this::finding);
  }

  /** What the section of stuck threads is called. */
  static String stuck(List<Finding> findings) {
    long weakly =
        findings.stream()
            .filter(finding -> finding.confidence().equals(Optional.of(Confidence.WEAKLY_HELD)))
            .mapToLong(Finding::count)
            .sum();
    long threads = ThreadCounts.count(findings, Standing.STUCK);
    return threads(threads)
        + (threads == 1 ? " is " : " are ")
        + STUCK
        + (weakly == 0
            ? ""
            : weakly == threads
                ? ", or uses a weak reference"
                : ", or uses a weak reference to what " + weakly + " of them wait for");
  }

  private void head(LeakProfile profile) {
    ThreadCounts threads = profile.threads();
    String where = profile.target().map(TextReport::where).map(Printable::of).orElse("");
    line(bold(headline(profile)) + where);
    profile.unknowns().stream().skip(headlineTells(profile) ? 1 : 0).forEach(this::unknown);
    line(
        counted(threads)
            + ", "
            + threads.candidates()
            + " waiting without a timeout"
            + profile
                .dump()
                .map(
                    dump ->
                        String.format(
                            Locale.ROOT,
                            "; %,d objects, %s, %s roots",
                            dump.objects(),
                            bytes(dump.bytes()),
                            dump.roots().label()))
                .orElse(""));
    line("");
  }

  private void unknown(String clause) {
    line("not known: " + Printable.of(clause));
  }

  private static boolean headlineTells(LeakProfile profile) {
    return headline(profile).startsWith("cannot tell");
  }

  private static String counted(ThreadCounts threads) {
    long virtual = threads.virtual().orElse(0);
    return virtual == 0
        ? threads(threads.total())
        : threads(threads.total() - virtual) + " and " + virtual + " virtual";
  }

  /** The JVM with its process and host, as far as they are known. */
  private static String where(Target target) {
    return " in " + target.serviceName() + process(target).map(p -> " (" + p + ")").orElse("");
  }

  /** Process and host, such as {@code pid 4711 on web-3}; empty if neither is known. */
  static Optional<String> process(Target target) {
    String pid = target.pid() > 0 ? "pid " + target.pid() : "";
    String host = target.hostName().equals(Target.UNKNOWN) ? "" : "on " + target.hostName();
    String both = (pid + " " + host).strip();
    return both.isEmpty() ? Optional.empty() : Optional.of(both);
  }

  private void finding(Finding finding) {
    String pinned =
        finding.pinnedBytes() > 0 ? ", " + bytes(finding.pinnedBytes()) + " pinned" : "";
    boolean resolved =
        finding.life().filter(life -> life.stage() == Life.Stage.RESOLVED).isPresent();
    line(
        (resolved ? colour("32", Life.Stage.RESOLVED.name()) : standing(finding))
            + "  "
            + bold(LaterWords.label(finding))
            + "  "
            + threads(finding.count())
            + pinned
            + "  "
            + Printable.of(finding.fingerprint()));
    line("  " + Printable.of(finding.summary()));
    finding.life().ifPresent(life -> field("life", words(life)));
    field("waits on", blockedOn(finding));
    field("threads", threadNames(finding.threads()));
    lines("stack", folded(finding.stack()));
    lines("created by", folded(finding.createdBy()));
    lines("because", finding.evidence());
    if (finding.verdict() != Verdict.INCONCLUSIVE) {
      field("fix", finding.cause().advice());
    }
    line("");
  }

  private static String words(Life life) {
    return life.stage().name().toLowerCase(Locale.ROOT)
        + "; first seen "
        + life.firstSeen().truncatedTo(ChronoUnit.SECONDS)
        + ", last seen "
        + life.lastSeen().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String blockedOn(Finding finding) {
    String type = finding.blockedOn().type();
    String state = state(finding.blockedOn());
    return (type.isEmpty() ? finding.blockedOn().kind() : type)
        + (state.isEmpty() ? "" : " (" + state + ")");
  }

  /** The state in one line, such as {@code size=0, capacity=16}; empty if nothing is known. */
  static String state(SyncObject blockedOn) {
    return blockedOn.state().entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String threadNames(List<FoundThread> threads) {
    List<String> names =
        threads.stream()
            .limit(MOST_THREADS)
            .map(
                thread ->
                    Printable.of(thread.labelWithId())
                        + thread.parkedFor().map(age -> ", for " + duration(age)).orElse(""))
            .collect(Collectors.toCollection(ArrayList::new));
    if (threads.size() > MOST_THREADS) {
      names.add("and " + (threads.size() - MOST_THREADS) + " more");
    }
    return String.join("; ", names);
  }

  private static List<String> folded(List<String> stack) {
    return StackFold.of(stack).lines().stream().map(StackFold.Line::text).toList();
  }

  private void lines(String label, List<String> values) {
    String shown = label;
    for (String value : values) {
      field(shown, value);
      shown = "";
    }
  }

  private void field(String label, String value) {
    line(
        "  "
            + dim(String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s", label))
            + Printable.of(value));
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private String standing(Finding finding) {
    String name = finding.standing().name();
    String confidence = finding.confidence().map(c -> " " + c.name().replace('_', ' ')).orElse("");
    return switch (finding.standing()) {
      case LEAKED -> colour("31;1", name) + confidence;
      case STUCK -> colour("31", name) + confidence;
      case INCONCLUSIVE, SUSPECT -> colour("33", name);
    };
  }

  private String bold(String text) {
    return colour("1", text);
  }

  private String dim(String text) {
    return colour("2", text);
  }

  private String colour(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  static String threads(long count) {
    return count == 1 ? "1 thread" : count + " threads";
  }

  /** Bytes in binary units, such as {@code 4.1 KiB}. */
  static String bytes(long count) {
    if (count < 1024) {
      return count + " B";
    }
    double value = count;
    int unit = -1;
    while (value >= 1024 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", value, "KMGT".charAt(unit));
  }

  static String duration(Duration age) {
    if (age.toHours() > 0) {
      return age.toHours() + " h " + age.toMinutesPart() + " min";
    }
    return age.toMinutes() > 0
        ? age.toMinutes() + " min " + age.toSecondsPart() + " s"
        : age.toSeconds() + " s";
  }
}
