package io.stranded.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A JSON Schema that messages are held against where they are read, as far as our schemas go.
 *
 * <p>It is as strict as they are but for one thing: where a list of words is given, any word will
 * do, as a later version may know more of them. Whole numbers that have no maximum are 64 bits
 * long.
 */
public final class SchemaCheck {
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z_-]{0,63}");

  /** RFC 3339 has four digits for the year. */
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant END = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private final JsonNode schema;
  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  private SchemaCheck(JsonNode schema) {
    this.schema = schema;
  }

  /** The schema of a resource on the class path, beside a class of ours. */
  public static SchemaCheck of(Class<?> owner, String resource) {
    try (InputStream in = Objects.requireNonNull(owner.getResourceAsStream(resource))) {
      return new SchemaCheck(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new IllegalStateException("a schema of our own can be read", e);
    }
  }

  /**
   * Holds a message against it.
   *
   * @throws IllegalArgumentException if it does not conform; one line that names the field
   */
  public void check(JsonNode message) {
    check("", message, schema);
  }

  private void check(String at, JsonNode value, JsonNode rule) {
    if (rule.has("$ref")) {
      check(at, value, schema.at(rule.path("$ref").textValue().substring(1)));
    }
    if (rule.has("anyOf")) {
      checkAny(at, value, rule.path("anyOf"));
    }
    if (rule.has("type")) {
      checkType(at, value, rule.path("type"));
    }
    if (rule.has("const") && !rule.path("const").equals(value)) {
      throw wrong(at, "expected " + rule.path("const").asText());
    }
    if (rule.has("enum")) {
      checkWord(at, value, rule.path("enum"));
    }
    if (value.isNumber()) {
      checkRange(at, value, rule);
    } else if (value.isTextual()) {
      checkText(at, value.textValue(), rule);
    } else if (value.isArray() && rule.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(at + "[" + i + "]", value.get(i), rule.path("items"));
      }
    } else if (value.isObject()) {
      checkFields(at, value, rule);
    }
  }

  /** The last is the one that is not null: its complaint says most. */
  private void checkAny(String at, JsonNode value, JsonNode rules) {
    for (int i = 0; i < rules.size() - 1; i++) {
      try {
        check(at, value, rules.get(i));
        return;
      } catch (IllegalArgumentException e) {
        // Perhaps the next.
      }
    }
    check(at, value, rules.get(rules.size() - 1));
  }

  private static void checkType(String at, JsonNode value, JsonNode types) {
    if (types.isTextual() ? is(value, types.textValue()) : anyIs(value, types)) {
      return;
    }
    throw wrong(at, "expected " + (types.isTextual() ? "" : "one of ") + words(types));
  }

  private static boolean anyIs(JsonNode value, JsonNode types) {
    for (JsonNode type : types) {
      if (is(value, type.textValue())) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "null" -> value.isNull();
      case "boolean" -> value.isBoolean();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> throw new IllegalStateException("no type of our schemas: " + type);
    };
  }

  private static void checkWord(String at, JsonNode value, JsonNode known) {
    for (JsonNode each : known) {
      if (each.equals(value)) {
        return;
      }
    }
    if (!value.isTextual() || !WORD.matcher(value.textValue()).matches()) {
      throw wrong(at, "expected one of " + words(known));
    }
  }

  private static void checkRange(String at, JsonNode value, JsonNode rule) {
    if (rule.has("minimum")
        && value.decimalValue().compareTo(rule.get("minimum").decimalValue()) < 0) {
      throw wrong(at, "must not be less than " + rule.get("minimum"));
    }
    if (rule.has("maximum")
        && value.decimalValue().compareTo(rule.get("maximum").decimalValue()) > 0) {
      throw wrong(at, "must not be more than " + rule.get("maximum"));
    }
    if (value.isIntegralNumber() && !rule.has("maximum") && !value.canConvertToLong()) {
      throw wrong(at, "out of range");
    }
  }

  private void checkText(String at, String text, JsonNode rule) {
    if (rule.has("pattern")
        && !patterns
            .computeIfAbsent(rule.path("pattern").textValue(), Pattern::compile)
            .matcher(text)
            .find()) {
      throw wrong(at, "does not match " + rule.path("pattern").textValue());
    }
    if (rule.path("format").asText().equals("date-time")) {
      checkTime(at, text);
    }
  }

  private static void checkTime(String at, String text) {
    try {
      Instant time = Instant.parse(text);
      if (!time.isBefore(FIRST) && !time.isAfter(END)) {
        return;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw wrong(at, "expected an instant such as 2026-01-31T12:00:00Z, of the years 1 to 9999");
  }

  private void checkFields(String at, JsonNode value, JsonNode rule) {
    for (JsonNode field : rule.path("required")) {
      if (!value.has(field.textValue())) {
        throw wrong(inside(at, field.textValue()), "missing");
      }
    }
    JsonNode properties = rule.path("properties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode known = properties.path(field.getKey());
      JsonNode others = rule.path("additionalProperties");
      if (known.isObject()) {
        check(inside(at, field.getKey()), field.getValue(), known);
      } else if (others.isObject()) {
        // Their names are not ours, and may be long.
        check(inside(at, "…"), field.getValue(), others);
      }
      if (rule.has("propertyNames")) {
        check(inside(at, "…"), TextNode.valueOf(field.getKey()), rule.path("propertyNames"));
      }
    }
  }

  private static String inside(String at, String field) {
    return at.isEmpty() ? field : at + "." + field;
  }

  private static String words(JsonNode values) {
    if (values.isTextual()) {
      return values.textValue();
    }
    StringBuilder words = new StringBuilder();
    values.forEach(each -> words.append(words.isEmpty() ? "" : ", ").append(each.asText()));
    return words.toString();
  }

  private static IllegalArgumentException wrong(String at, String what) {
    return new IllegalArgumentException((at.isEmpty() ? "message" : at) + ": " + what);
  }
}
