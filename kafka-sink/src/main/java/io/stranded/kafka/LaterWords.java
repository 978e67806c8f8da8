package io.stranded.kafka;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Life;
import io.stranded.finding.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Words of a finding that a later version has sent and this one does not know. They are told as
 * they are, and do not keep anybody from reading the rest.
 */
final class LaterWords {
  private LaterWords() {}

  /**
   * The finding with words that claim no more in place of those that are not known; its evidence
   * has these.
   */
  static ObjectNode replaced(ObjectNode finding) {
    ObjectNode copy = finding.deepCopy();
    ArrayNode evidence = copy.withArray("evidence");
    replace(copy, "verdict", Verdict.class, Verdict.SUSPECT.name(), evidence);
    replace(copy, "confidence", Confidence.class, null, evidence);
    replace(copy, "cause", Cause.class, Cause.UNKNOWN.name(), evidence);
    if (copy.get("life") instanceof ObjectNode life) {
      replace(life, "stage", Life.Stage.class, Life.Stage.CONFIRMED.name(), evidence);
    }
    return copy;
  }

  private static <E extends Enum<E>> void replace(
      ObjectNode node,
      String field,
      Class<E> known,
      @Nullable String otherwise,
      ArrayNode evidence) {
    String word = node.path(field).textValue();
    if (word == null) {
      return;
    }
    for (E each : known.getEnumConstants()) {
      if (each.name().equals(word)) {
        return;
      }
    }
    node.put(field, otherwise);
    evidence.add(field + " " + word + ", as a later version calls it");
  }
}
