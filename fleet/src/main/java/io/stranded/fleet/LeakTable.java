package io.stranded.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Verdict;
import io.stranded.internal.stack.WaitSite;
import io.stranded.internal.stack.Whereabouts;
import io.stranded.report.Printable;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Leaks for people and for programs. */
final class LeakTable {
  private static final List<String> HEAD =
      List.of("JVMS", "THREADS", "PINNED", "FIRST", "LAST", "SINCE", "SERVICES", "LEAK");
  private static final int NUMBERS = 3;

  /** Columns that a narrow terminal does without, the least telling first. */
  private static final List<String> LESS = List.of("FIRST", "SERVICES", "SINCE", "LAST");

  private static final int MAX_SERVICES = 3;

  private LeakTable() {}

  /**
   * A table, and a line on the whole above it.
   *
   * @param limit how many leaks are in it
   * @param now ages are up to then
   */
  static List<String> text(List<Leak> leaks, int limit, Instant now) {
    return text(leaks, limit, now, Integer.MAX_VALUE);
  }

  /**
   * The same in lines of so many columns at most: what says least is left out first, and what is
   * too long all the same is cut.
   */
  static List<String> text(List<Leak> leaks, int limit, Instant now, int width) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %,d threads, %s pinned"
            .formatted(
                leaks.size() == 1
                    ? "1 leak"
                    : String.format(Locale.ROOT, "%,d leaks", leaks.size()),
                leaks.stream().mapToLong(Leak::threads).sum(),
                bytes(
                    leaks.stream()
                        .map(Leak::pinnedBytes)
                        .reduce(BigInteger.ZERO, BigInteger::add))));
    if (!leaks.isEmpty()) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(HEAD);
      leaks.stream().limit(limit).forEach(leak -> rows.add(row(leak, now)));
      lines.add("");
      lines.addAll(Columns.fitting(rows, NUMBERS, LESS, width));
    }
    if (leaks.size() > limit) {
      lines.add("… and " + (leaks.size() - limit) + " more: --limit shows them");
    }
    return lines.stream().map(line -> Columns.cut(line, width)).toList();
  }

  /** The leaks as {@code leak-1.schema.json} has them, in one array. */
  static ArrayNode json(List<Leak> leaks, int limit) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Leak leak : leaks.subList(0, Math.min(limit, leaks.size()))) {
      ObjectNode node = LeakJson.toNode(leak);
      array.add(node);
    }
    return array;
  }

  private static List<String> row(Leak leak, Instant now) {
    return List.of(
        String.format(Locale.ROOT, "%,d", leak.jvms()),
        String.format(Locale.ROOT, "%,d", leak.threads()),
        bytes(leak.pinnedBytes()),
        age(leak.firstSeen(), now),
        age(leak.lastSeen(), now),
        since(leak),
        services(leak),
        Printable.of(
            leak.fingerprint() + " " + leak.place().words() + surely(leak) + where(leak.place())));
  }

  /** How sure it is where it is surest; nothing if it is sure. */
  private static String surely(Leak leak) {
    if (leak.verdicts().of(Verdict.LEAKED.name()) > 0 || leak.jvms() == 0) {
      return "";
    }
    return leak.verdicts().of(Sighting.STUCK) > 0 ? " (stuck unless interrupted)" : " (unproven)";
  }

  /** The service that had it first, and its version then. */
  static String since(Leak leak) {
    ServiceShare first = leak.services().named().get(leak.firstService());
    return Printable.of(
        leak.firstService()
            + (first == null ? "" : first.since().map(version -> " " + version).orElse("")));
  }

  /** The services that have it now, those with most JVMs first. */
  private static String services(Leak leak) {
    List<String> names = serviceNames(leak);
    String first =
        Printable.of(names.stream().limit(MAX_SERVICES).collect(Collectors.joining(", ")));
    String more = names.size() > MAX_SERVICES ? " +" + (names.size() - MAX_SERVICES) : "";
    return first + more + (leak.services().otherJvms() > 0 ? " and others" : "");
  }

  /** The services that are known by name and have it now, with their versions. */
  static List<String> serviceNames(Leak leak) {
    return leak.services().named().entrySet().stream()
        .filter(entry -> entry.getValue().jvms() > 0)
        .sorted((a, b) -> Long.compare(b.getValue().jvms(), a.getValue().jvms()))
        .map(entry -> entry.getKey() + versions(entry.getValue()))
        .toList();
  }

  private static String versions(ServiceShare share) {
    String known =
        share.versions().named().keySet().stream()
            .filter(version -> !version.equals(ServiceShare.NO_VERSION))
            .collect(Collectors.joining("/"));
    return known.isEmpty() ? "" : " " + known;
  }

  /**
   * Where in the application; where nothing tells, what a thread is called, and what it called last
   * or waits on.
   */
  private static String where(Place place) {
    return Whereabouts.of(place.stack(), place.createdBy())
        .map(where -> " " + where)
        .or(() -> called(place).map(frame -> like(place) + " in " + frame))
        .orElseGet(
            () -> place.waitsOn().isEmpty() ? " at an unknown place" : " on " + place.waitsOn());
  }

  private static String like(Place place) {
    return place.names().stream().findFirst().map(name -> " like \"" + name + '"').orElse("");
  }

  /** The frame that says most of a stack that is the JDK's alone. */
  private static Optional<String> called(Place place) {
    List<String> stack = place.stack();
    int depth = WaitSite.of(place.waitsOn(), stack).depth();
    return stack.isEmpty() ? Optional.empty() : Optional.of(stack.get(Math.max(0, depth)));
  }

  private static String age(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    if (age.toDays() >= 2) {
      return age.toDays() + "d";
    }
    if (age.toHours() >= 2) {
      return age.toHours() + "h";
    }
    return age.toMinutes() >= 2 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
  }

  private static String bytes(BigInteger bytes) {
    double value = bytes.doubleValue();
    if (value < 1024) {
      return bytes + " B";
    }
    String unit = "";
    for (String next : List.of("KiB", "MiB", "GiB", "TiB", "PiB")) {
      if (value < 1024) {
        break;
      }
      value /= 1024;
      unit = next;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, unit);
  }
}
