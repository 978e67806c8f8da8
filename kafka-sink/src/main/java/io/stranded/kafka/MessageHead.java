package io.stranded.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The few texts of a spool line that its record's key and headers are made of. The line is checked
 * to its end to be JSON, but no tree is made of it.
 *
 * @param texts top-level strings by field; those of the target under {@code target/} and its field
 */
record MessageHead(Map<String, String> texts) {
  private static final String TARGET = "target";

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is not a JSON object
   */
  static MessageHead of(byte[] line) {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser parser = FindingMessage.MAPPER.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      readObject(parser, "", texts);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("not JSON: more than one value");
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
    return new MessageHead(texts);
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

  private static void readObject(JsonParser parser, String prefix, Map<String, String> texts)
      throws IOException {
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_STRING) {
        texts.put(prefix + field, parser.getText());
      } else if (token == JsonToken.START_OBJECT && prefix.isEmpty() && field.equals(TARGET)) {
        readObject(parser, TARGET + "/", texts);
      } else {
        parser.skipChildren();
      }
    }
  }
}
