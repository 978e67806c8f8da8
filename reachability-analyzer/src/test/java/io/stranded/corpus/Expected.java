package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is expected of a thread of the corpus, as its name says: {@code leak/CAUSE/pattern}, {@code
 * live/pattern} and so on.
 *
 * @param kind what the analyzer must say of it
 * @param cause why; empty for a thread that must stay silent
 * @param pattern the pattern's name
 */
public record Expected(Kind kind, Optional<Cause> cause, String pattern) {
  /** What the analyzer must say. */
  public enum Kind {
    /** LEAKED and PROVEN. */
    LEAK,
    /** LEAKED, INTERRUPT_ONLY. */
    HANDLE,
    /** LEAKED, WEAKLY_HELD. */
    WEAK,
    /** INCONCLUSIVE. */
    DOUBT,
    /** SUSPECT. */
    SUSPECT,
    /** Nothing at all. */
    LIVE
  }

  /** The name for a thread of which something is expected. */
  public static String name(Kind kind, Cause cause, String pattern) {
    return kind.name().toLowerCase(Locale.ROOT) + "/" + cause + "/" + pattern;
  }

  /** The name for a thread that must stay silent. */
  public static String live(String pattern) {
    return "live/" + pattern;
  }

  /** Reads a thread's name; empty if it is no thread of the corpus. */
  public static Optional<Expected> of(String threadName) {
    String[] parts = threadName.split("/", -1);
    for (Kind kind : Kind.values()) {
      if (parts[0].equals(kind.name().toLowerCase(Locale.ROOT))) {
        return Optional.of(
            parts.length == 3
                ? new Expected(kind, Optional.of(Cause.valueOf(parts[1])), parts[2])
                : new Expected(kind, Optional.empty(), parts[1]));
      }
    }
    return Optional.empty();
  }

  /** The names of the threads that a program of the corpus says it has started. */
  public static List<String> threadNames(List<String> output) {
    return output.stream()
        .filter(line -> line.startsWith("THREAD "))
        .map(line -> line.substring("THREAD ".length()))
        .toList();
  }
}
