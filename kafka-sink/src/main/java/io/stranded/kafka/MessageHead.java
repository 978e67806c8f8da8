package io.stranded.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The few texts of a spool line that its record's key and headers are made of. They stand before
 * its first list, and no more of it is read.
 *
 * @param texts top-level strings by field; those of the target under {@code target/} and its field
 */
record MessageHead(Map<String, String> texts) {
  private static final String TARGET = "target";

  /**
   * Reads the beginning of a line.
   *
   * @throws IllegalArgumentException if it is not that of a JSON object
   */
  static MessageHead of(byte[] line) {
    Map<String, String> texts = new HashMap<>();
    parse(
        line,
        parser -> {
          if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("not a JSON object");
          }
          readObject(parser, "", texts);
        });
    return new MessageHead(texts);
  }

  /**
   * Reads a line to its end.
   *
   * @throws IllegalArgumentException if it is not one JSON value and nothing else
   */
  static void check(byte[] line) {
    parse(
        line,
        parser -> {
          parser.nextToken();
          parser.skipChildren();
          if (parser.nextToken() != null) {
            throw new IllegalArgumentException("not JSON: more than one value");
          }
        });
  }

  /**
   * A text that must be there.
   *
   * @throws IllegalArgumentException naming the field
   */
  String required(String field) {
    String text = texts.getOrDefault(field, "");
    if (text.isEmpty()) {
      throw new IllegalArgumentException(field + ": missing");
    }
    return text;
  }

  /** A text. */
  Optional<String> text(String field) {
    return Optional.ofNullable(texts.get(field));
  }

  /** A text of the target. */
  Optional<String> ofTarget(String field) {
    return text(TARGET + "/" + field);
  }

  private interface Reading {
    void read(JsonParser parser) throws IOException;
  }

  private static void parse(byte[] line, Reading reading) {
    try (JsonParser parser = FindingMessage.MAPPER.createParser(line)) {
      reading.read(parser);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  private static void readObject(JsonParser parser, String prefix, Map<String, String> texts)
      throws IOException {
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_STRING) {
        texts.put(prefix + field, parser.getText());
      } else if (token == JsonToken.START_OBJECT && prefix.isEmpty() && field.equals(TARGET)) {
        readObject(parser, TARGET + "/", texts);
      } else if (token == JsonToken.START_ARRAY) {
        return;
      } else {
        parser.skipChildren();
      }
    }
  }
}
