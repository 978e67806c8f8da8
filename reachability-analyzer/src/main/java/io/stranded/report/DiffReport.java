package io.stranded.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import io.stranded.internal.stack.Frameworks;
import io.stranded.internal.stack.StackFold;
import io.stranded.report.ProfileDiff.Amount;
import io.stranded.report.ProfileDiff.Change;
import io.stranded.report.ProfileDiff.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a comparison of two profiles for people and, as JSON, for machines. */
public final class DiffReport {
  /** The {@code schema} of every comparison. */
  public static final String SCHEMA = "https://stranded.io/schema/leak-diff/1";

  private DiffReport() {}

  /** The comparison as text, ending in a line break; what did not change is only counted. */
  public static String toText(ProfileDiff diff) {
    StringBuilder out = new StringBuilder();
    List<String> counts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      counts.add(diff.count(kind) + " " + name(kind));
    }
    out.append(String.join(", ", counts)).append('\n');
    out.append("old  ").append(line(diff.before())).append('\n');
    out.append("new  ").append(line(diff.after())).append('\n');
    diff.changes().stream()
        .filter(change -> change.kind() != Kind.UNCHANGED)
        .forEach(change -> append(change, out));
    List<String> notes = diff.notes();
    if (!notes.isEmpty()) {
      out.append('\n');
      notes.forEach(note -> out.append("note: ").append(note).append('\n'));
    }
    return out.toString();
  }

  private static String line(LeakProfile profile) {
    String where =
        profile
            .target()
            .map(target -> ", " + target.serviceName() + " (pid " + target.pid() + ")")
            .orElse("");
    return Printable.of(profile.takenAt() + "  " + TextReport.headline(profile) + where);
  }

  private static void append(Change change, StringBuilder out) {
    Finding finding = change.finding();
    out.append('\n')
        .append(change.kind().name())
        .append("  ")
        .append(LaterWords.label(finding))
        .append("  ")
        .append(amounts(change))
        .append("  ")
        .append(Printable.of(finding.fingerprint()))
        .append('\n')
        .append("  ")
        .append(finding.standing())
        .append(": ")
        .append(Printable.of(finding.summary()))
        .append('\n');
    for (StackFold.Line line : StackFold.of(finding.stack()).lines()) {
      out.append("    ").append(Printable.of(line.frame())).append('\n');
    }
    Frameworks.own(finding.createdBy()).stream()
        .findFirst()
        .ifPresent(frame -> out.append("    created by ").append(Printable.of(frame)).append('\n'));
  }

  /** Such as {@code 2 -> 5 threads (0 -> 5 leaked), 1.2 KiB -> 3.0 KiB pinned}. */
  private static String amounts(Change change) {
    Amount before = change.before();
    Amount after = change.after();
    List<String> parts = new ArrayList<>();
    String threads = arrow(Long.toString(before.threads()), Long.toString(after.threads()));
    String word = before.threads() == 1 && after.threads() == 1 ? " thread" : " threads";
    List<String> of = new ArrayList<>();
    if (before.threads() != before.leaked() || after.threads() != after.leaked()) {
      of.add(arrow(Long.toString(before.leaked()), Long.toString(after.leaked())) + " leaked");
    }
    if (before.stuck() + after.stuck() > 0) {
      of.add(arrow(Long.toString(before.stuck()), Long.toString(after.stuck())) + " stuck");
    }
    parts.add(threads + word + (of.isEmpty() ? "" : " (" + String.join(", ", of) + ")"));
    if (before.pinnedBytes() > 0 || after.pinnedBytes() > 0) {
      String then = TextReport.bytes(before.pinnedBytes());
      parts.add(arrow(then, TextReport.bytes(after.pinnedBytes())) + " pinned");
    }
    return String.join(", ", parts);
  }

  private static String arrow(String before, String after) {
    return before.equals(after) ? after : before + " -> " + after;
  }

  /** The comparison on one line of JSON, without a line break. */
  public static String toJson(ProfileDiff diff) {
    ObjectNode node = ProfileJson.MAPPER.createObjectNode();
    node.put("schema", SCHEMA);
    node.set("old", side(diff.before()));
    node.set("new", side(diff.after()));
    ObjectNode counts = node.putObject("counts");
    for (Kind kind : Kind.values()) {
      counts.put(name(kind), diff.count(kind));
    }
    node.put("leaksMore", diff.leaksMore());
    node.put("sticksMore", diff.sticksMore());
    ArrayNode changes = node.putArray("changes");
    diff.changes().forEach(change -> changes.add(change(change)));
    ArrayNode notes = node.putArray("notes");
    diff.notes().forEach(notes::add);
    return node.toString();
  }

  private static ObjectNode side(LeakProfile profile) {
    ObjectNode node = ProfileJson.MAPPER.createObjectNode();
    node.put("takenAt", profile.takenAt().toString());
    node.set("target", profile.target().map((Target t) -> ProfileJson.toNode(t)).orElse(null));
    node.put("leaked", profile.threads().leaked());
    node.put("stuck", profile.threads().stuck());
    node.put("inconclusive", profile.threads().inconclusive());
    return node;
  }

  private static ObjectNode change(Change change) {
    ObjectNode node = ProfileJson.MAPPER.createObjectNode();
    node.put("change", change.kind().name());
    node.put("fingerprint", change.finding().fingerprint());
    node.set("old", amount(change.before()));
    node.set("new", amount(change.after()));
    node.set("finding", ProfileJson.toNode(change.finding()));
    return node;
  }

  private static ObjectNode amount(Amount amount) {
    ObjectNode node = ProfileJson.MAPPER.createObjectNode();
    node.put("threads", amount.threads());
    node.put("leaked", amount.leaked());
    node.put("stuck", amount.stuck());
    node.put("pinnedBytes", amount.pinnedBytes());
    return node;
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
