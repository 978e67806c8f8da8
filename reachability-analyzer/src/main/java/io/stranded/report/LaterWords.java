package io.stranded.report;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words of a finding that a later version has written and this one does not know. They are told as
 * they are, and do not keep anybody from reading the rest. Without JSON, which not all who write
 * reports have on their class path.
 */
final class LaterWords {
  private static final String BY_WHOM = ", as a later version calls it";
  private static final Pattern WORD = Pattern.compile("cause ([A-Z0-9_]{1,64})" + BY_WHOM);

  private LaterWords() {}

  /** The evidence that tells such a word of a field. */
  static String evidence(String field, String word) {
    return field + " " + word + BY_WHOM;
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
}
