package io.stranded.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.Life;
import io.stranded.finding.Verdict;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Words of a finding that a later version has written and this one does not know. They are told as
 * they are, and do not keep anybody from reading the rest.
 */
final class LaterWords {
  private static final String BY_WHOM = ", as a later version calls it";
  private static final Pattern WORD = Pattern.compile("cause ([A-Z0-9_]{1,64})" + BY_WHOM);

  private LaterWords() {}

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

  /** What a finding's cause is called: one that a later version has named by its own word. */
  static String label(Finding finding) {
    if (finding.cause() != Cause.UNKNOWN) {
      return finding.cause().label();
    }
    return finding.evidence().stream()
        .map(WORD::matcher)
        .filter(Matcher::matches)
        .map(word -> word.group(1).toLowerCase(Locale.ROOT).replace('_', ' '))
        .findFirst()
        .orElse(Cause.UNKNOWN.label());
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
    evidence.add(field + " " + word + BY_WHOM);
  }
}
