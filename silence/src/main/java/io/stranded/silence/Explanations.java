package io.stranded.silence;

import io.stranded.finding.Finding;
import io.stranded.silence.servers.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is known of findings: a line of text each. */
final class Explanations {
  private final Map<String, String> reasons = new HashMap<>();

  private Explanations() {}

  /** Reads lines of server, fingerprint and reason; a {@code #} starts a comment. */
  static Explanations read(Path file) throws IOException {
    Explanations explanations = new Explanations();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.split(" +", 3);
        if (words.length < 3) {
          throw new IOException(file + ": no server, fingerprint and reason in '" + line + "'");
        }
        explanations.reasons.put(words[0] + " " + words[1], words[2]);
      }
    }
    return explanations;
  }

  /** Why a dump of this server has this finding. */
  Optional<String> of(Kind server, Finding finding) {
    return Optional.ofNullable(reasons.get(server + " " + finding.fingerprint()));
  }
}
