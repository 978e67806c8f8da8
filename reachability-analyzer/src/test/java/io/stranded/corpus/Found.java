package io.stranded.corpus;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import java.util.Map;
import java.util.TreeMap;

/** What a profile says of the threads of the corpus, in the words of {@link Expected}. */
public final class Found {
  private Found() {}

  /** Kind and cause by the name of the thread. */
  public static Map<String, String> in(LeakProfile profile) {
    Map<String, String> found = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      for (FoundThread thread : finding.threads()) {
        found.put(thread.name(), kind(finding) + " " + finding.cause());
      }
    }
    return found;
  }

  private static Expected.Kind kind(Finding finding) {
    if (finding.verdict() == Verdict.INCONCLUSIVE) {
      return Expected.Kind.DOUBT;
    }
    if (finding.verdict() == Verdict.SUSPECT) {
      return Expected.Kind.SUSPECT;
    }
    Confidence confidence = finding.confidence().orElseThrow();
    return switch (confidence) {
      case PROVEN -> Expected.Kind.LEAK;
      case INTERRUPT_ONLY -> Expected.Kind.HANDLE;
      case WEAKLY_HELD -> Expected.Kind.WEAK;
    };
  }
}
