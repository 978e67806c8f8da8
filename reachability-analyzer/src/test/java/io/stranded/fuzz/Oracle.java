package io.stranded.fuzz;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.report.FoldedStacks;
import io.stranded.report.PprofProfile;
import io.stranded.report.ProfileJson;
import io.stranded.report.ProfileJsonReader;
import io.stranded.report.TextReport;
import io.stranded.testing.Allocation;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What must hold of every input: a profile or {@link UnreadableDumpException}, nothing else; memory
 * within the bound; and no leak in a dump that is incomplete.
 */
final class Oracle {
  private Oracle() {}

  /**
   * Analyzes the input and reports on it.
   *
   * @param cut whether it is known to lack its end
   * @throws AssertionError if the answer is none of those allowed
   */
  static void check(Path input, long bytes, boolean cut) throws IOException {
    long before = Allocation.ofThisThread();
    try {
      LeakProfile profile = new LeakAnalyzer().analyze(input);
      boolean leaks = profile.findings().stream().anyMatch(f -> f.verdict() == Verdict.LEAKED);
      boolean complete = profile.dump().orElseThrow().complete();
      if (cut && complete) {
        throw new AssertionError("a cut dump passes for complete");
      }
      if (leaks && !complete) {
        throw new AssertionError("a leak in an incomplete dump");
      }
      TextReport.of(profile, /* coloured= */ false);
      ProfileJsonReader.parse(ProfileJson.toLine(profile));
      FoldedStacks.of(profile);
      PprofProfile.of(profile);
    } catch (UnreadableDumpException e) {
      String message = String.valueOf(e.getMessage());
      if (message.lines().count() != 1 || !message.startsWith(input.toString())) {
        throw new AssertionError("no line that names the file: " + message, e);
      }
      if (e.getCause() instanceof OutOfMemoryError) {
        throw new AssertionError("out of memory", e);
      }
    }
    long allocated = Allocation.ofThisThread() - before;
    if (allocated > Allocation.bound(bytes)) {
      throw new AssertionError("allocated " + allocated + " bytes for an input of " + bytes);
    }
  }
}
