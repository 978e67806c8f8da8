package io.stranded.internal.terminal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What somebody may have meant by a word that is none. */
public final class Meant {
  private static final int MOST_EDITS = 2;
  private static final int MOST_WORDS = 3;

  private Meant() {}

  /** The words that are closest: by letters that are missing, too many, wrong or swapped. */
  private static List<String> by(String wrong, Collection<String> known) {
    Map<String, Integer> edits = new TreeMap<>();
    for (String word : known) {
      int count = edits(wrong, word);
      if (count <= Math.min(MOST_EDITS, word.length() / 2)) {
        edits.put(word, count);
      }
    }
    int least = edits.values().stream().min(Integer::compare).orElse(0);
    edits.values().removeIf(count -> count > least);
    return edits.keySet().stream().limit(MOST_WORDS).toList();
  }

  /**
   * The question to ask, such as {@code Did you mean tail?}; empty if nothing is close.
   *
   * @param wrong a word of a command line, as it was typed
   */
  public static Optional<String> question(
      String wrong, Collection<String> options, Collection<String> commands) {
    List<String> meant =
        wrong.startsWith("-") ? by(wrong.split("=", 2)[0], options) : by(wrong, commands);
    return meant.isEmpty()
        ? Optional.empty()
        : Optional.of("Did you mean " + String.join(" or ", meant) + "?");
  }

  private static int edits(String one, String other) {
    int[][] least = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          least[i][j] = i + j;
          continue;
        }
        int same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        least[i][j] =
            Math.min(least[i - 1][j - 1] + same, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1);
        if (swapped) {
          least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
        }
      }
    }
    return least[one.length()][other.length()];
  }
}
