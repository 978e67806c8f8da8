package io.stranded.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTML template: the part of Mustache that a report needs.
 *
 * <p>{@code {{name}}} is a value with everything escaped that HTML gives a meaning, in text and in
 * quoted attributes; {@code {{&name}}} is a value as it is, for styles and scripts of our own.
 * {@code {{#name}}…{{/name}}} is repeated for each element of a list, once for a map, and left out
 * for {@code false}; {@code {{^name}}…{{/name}}} is there if that one is not. Names are looked up
 * from the innermost map outwards; one that is nowhere is an error of the template.
 */
final class Template {
  private static final Pattern TAG = Pattern.compile("\\{\\{([#^/&]?)(\\w+)}}");

  /** Does its part of the page with the maps in scope, innermost first. */
  @FunctionalInterface
  private interface Part {
    void render(Deque<Map<String, ?>> scopes, StringBuilder out);
  }

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = parts;
  }

  /** Reads a template from a resource beside this class. */
  static Template load(String resource) {
    return parse(text(resource));
  }

  /**
   * Reads a template.
   *
   * @throws IllegalStateException if a section does not begin or end; the message names it
   */
  static Template parse(String text) {
    List<Part> parts = new ArrayList<>();
    parse(text, TAG.matcher(text), 0, "", parts);
    return new Template(parts);
  }

  /** A resource beside this class, as text. */
  static String text(String resource) {
    try (InputStream in = Template.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String render(Map<String, ?> values) {
    Deque<Map<String, ?>> scopes = new ArrayDeque<>();
    scopes.push(values);
    StringBuilder out = new StringBuilder();
    parts.forEach(part -> part.render(scopes, out));
    return out.toString();
  }

  /** Parses up to the end of the named section and returns where that is. */
  private static int parse(String text, Matcher tags, int start, String section, List<Part> parts) {
    int at = start;
    while (tags.find(at)) {
      String literal = text.substring(at, tags.start());
      parts.add((scopes, out) -> out.append(literal));
      at = tags.end();
      String name = tags.group(2);
      switch (tags.group(1)) {
        case "" -> parts.add((scopes, out) -> escape(value(scopes, name).toString(), out));
        case "&" -> parts.add((scopes, out) -> out.append(value(scopes, name)));
        case "/" -> {
          if (!name.equals(section)) {
            String open = section.isEmpty() ? "nothing" : "{{#" + section + "}}";
            throw new IllegalStateException("{{/" + name + "}} ends " + open);
          }
          return at;
        }
        default -> {
          boolean wanted = tags.group(1).equals("#");
          List<Part> inner = new ArrayList<>();
          at = parse(text, tags, at, name, inner);
          parts.add((scopes, out) -> section(name, wanted, inner, scopes, out));
        }
      }
    }
    if (!section.isEmpty()) {
      throw new IllegalStateException("{{#" + section + "}} does not end");
    }
    String rest = text.substring(at);
    parts.add((scopes, out) -> out.append(rest));
    return text.length();
  }

  private static void section(
      String name,
      boolean wanted,
      List<Part> inner,
      Deque<Map<String, ?>> scopes,
      StringBuilder out) {
    List<Map<String, ?>> elements = elements(value(scopes, name));
    if (!wanted) {
      elements = elements.isEmpty() ? List.of(Map.of()) : List.of();
    }
    for (Map<String, ?> element : elements) {
      scopes.push(element);
      inner.forEach(part -> part.render(scopes, out));
      scopes.pop();
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, ?>> elements(Object value) {
    if (value instanceof Boolean there) {
      return there ? List.of(Map.of()) : List.of();
    }
    return value instanceof List<?> list
        ? (List<Map<String, ?>>) list
        : List.of((Map<String, ?>) value);
  }

  private static Object value(Deque<Map<String, ?>> scopes, String name) {
    for (Map<String, ?> scope : scopes) {
      Object value = scope.get(name);
      if (value != null) {
        return value;
      }
    }
    throw new IllegalStateException("no value for {{" + name + "}}");
  }

  /** Names come from the target: whatever they hold, they stay text. */
  private static void escape(String value, StringBuilder out) {
    value
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(Printable.isPrintable(c) ? c : 0xFFFD);
              }
            });
  }
}
