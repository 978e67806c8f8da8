package io.stranded.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a message that is too large for Kafka smaller: fewer threads and frames, shorter texts, and
 * a {@code cut} field that tells how many there were. The id, the counts and the verdict stay.
 */
final class MessageCutter {
  /** Field of a message that tells what was cut. */
  static final String CUT = "cut";

  private static final List<String> LISTS = List.of("threads", "stack", "createdBy", "evidence");

  /** From mild to harsh. */
  private static final List<Limits> STEPS =
      List.of(new Limits(200, 4096), new Limits(50, 1024), new Limits(10, 256), new Limits(1, 128));

  private MessageCutter() {}

  private record Limits(int elements, int characters) {}

  /**
   * Cuts a message as little as brings it to a size.
   *
   * @return empty if even the harshest cut is too large, or the line is not a finding
   */
  static Optional<byte[]> cut(byte[] line, int maxBytes) {
    ObjectNode message;
    try {
      message = FindingMessage.parse(line);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    for (Limits limits : STEPS) {
      cut(message, limits);
      byte[] smaller = FindingMessage.bytes(message);
      if (smaller.length <= maxBytes && smaller.length < line.length) {
        return Optional.of(smaller);
      }
    }
    return Optional.empty();
  }

  private static void cut(ObjectNode message, Limits limits) {
    ObjectNode marks =
        message.get(CUT) instanceof ObjectNode marked
            ? marked
            : FindingMessage.MAPPER.createObjectNode();
    for (String list : LISTS) {
      if (message.get(list) instanceof ArrayNode array && array.size() > limits.elements) {
        // An earlier cut knows the true length.
        if (!marks.has(list)) {
          marks.put(list, array.size());
        }
        while (array.size() > limits.elements) {
          array.remove(array.size() - 1);
        }
      }
    }
    int texts = shorten(message, "summary", limits);
    for (String list : LISTS) {
      if (message.get(list) instanceof ArrayNode array) {
        texts += shortenAll(array, limits);
      }
    }
    if (message.get("blockedOn") instanceof ObjectNode blockedOn) {
      texts += shorten(blockedOn, "type", limits);
      if (blockedOn.get("state") instanceof ObjectNode state) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(state.properties())) {
          texts += shorten(state, entry.getKey(), limits);
        }
      }
    }
    if (texts > 0) {
      marks.put("texts", Math.max(texts, marks.path("texts").asInt()));
    }
    if (!marks.isEmpty()) {
      message.set(CUT, marks);
    }
  }

  private static int shortenAll(ArrayNode array, Limits limits) {
    int shortened = 0;
    for (int i = 0; i < array.size(); i++) {
      JsonNode element = array.get(i);
      if (element instanceof ObjectNode thread) {
        shortened += shorten(thread, "name", limits);
      } else if (isTooLong(element, limits)) {
        array.set(i, shortened(element, limits));
        shortened++;
      }
    }
    return shortened;
  }

  private static int shorten(ObjectNode node, String field, Limits limits) {
    JsonNode value = node.path(field);
    if (!isTooLong(value, limits)) {
      return 0;
    }
    node.set(field, shortened(value, limits));
    return 1;
  }

  private static boolean isTooLong(JsonNode value, Limits limits) {
    return value.isTextual() && value.textValue().length() > limits.characters;
  }

  private static TextNode shortened(JsonNode value, Limits limits) {
    String text = value.textValue();
    int end = limits.characters - 1;
    // Never half a character outside the basic plane.
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return new TextNode(text.substring(0, end) + "…");
  }
}
