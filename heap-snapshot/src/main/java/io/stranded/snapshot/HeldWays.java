package io.stranded.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the ways by which live code reaches what threads wait on, of which the library writes a
 * line for each thing that it knows, and tells them as the analyzer explains who holds an object.
 */
final class HeldWays {
  private final Map<String, String> lines;

  private HeldWays(Map<String, String> lines) {
    this.lines = lines;
  }

  /** All ways by the threads that were asked for, in words. */
  static Ways of(Map<String, String> lines) {
    HeldWays ways = new HeldWays(lines);
    Map<Long, String> found = new HashMap<>();
    lines.forEach(
        (key, value) -> {
          if (key.startsWith("way-") && key.endsWith("-of")) {
            String way = key.substring(0, key.length() - "of".length());
            id(value).ifPresent(id -> found.put(id, ways.words(way)));
          }
        });
    return new Ways(found, Optional.ofNullable(lines.get("no-ways")));
  }

  private static Optional<Long> id(String value) {
    try {
      return Optional.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private String words(String way) {
    StringBuilder text = new StringBuilder(root(way));
    int place = 0;
    for (String step = way + place + "-"; isThere(step); step = way + ++place + "-") {
      text.append(place == 0 ? "" : " -> ").append(step(step));
    }
    return text.toString();
  }

  private boolean isThere(String step) {
    return lines.containsKey(step + "type") || lines.containsKey(step + "left-out");
  }

  private String root(String way) {
    String thread = lines.get(way + "root-thread");
    if (thread == null) {
      return "";
    }
    String method = lines.get(way + "root-method");
    String type = lines.get(way + "root-type");
    if (method == null || type == null) {
      return "the thread #" + thread + " -> ";
    }
    return "a local of %s.%s in the thread #%s -> "
        .formatted(Signatures.className(type), method, thread);
  }

  private String step(String step) {
    String leftOut = lines.get(step + "left-out");
    if (leftOut != null) {
      return "(" + leftOut + " more)";
    }
    String type = name(lines.getOrDefault(step + "type", "?"));
    String field = lines.get(step + "static");
    if (field != null) {
      return "class " + type + "." + field;
    }
    field = lines.get(step + "field");
    String element = lines.get(step + "element");
    return type + (field == null ? "" : "." + field) + (element == null ? "" : "[" + element + "]");
  }

  private static String name(String signature) {
    boolean ofObjects = signature.startsWith("[L") && signature.endsWith(";");
    return ofObjects
        ? signature.substring(2, signature.length() - 1).replace('/', '.') + "[]"
        : Signatures.className(signature);
  }
}
