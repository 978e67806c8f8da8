package io.stranded.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Life;
import io.stranded.finding.Verdict;
import org.jspecify.annotations.Nullable;

/** JSON of a finding as a later version may have written it, made readable. */
final class LaterJson {
  private LaterJson() {}

  /**
   * The finding with words that claim no more in place of those that are not known; its evidence
   * has these.
   */
  static JsonNode replaced(JsonNode finding) {
    boolean hasEvidence =
        finding.path("evidence").isArray() || finding.path("evidence").isMissingNode();
    if (!(finding instanceof ObjectNode object) || !hasEvidence) {
      return finding;
    }
    ObjectNode copy = object.deepCopy();
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
    evidence.add(LaterWords.evidence(field, word));
  }
}
