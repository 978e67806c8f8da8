package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes stacks as the FlameGraph tools take them: a line for each stack, {@code
 * standing;frame;frame count}, outermost frame first, counting threads.
 *
 * <p>The standing is the first frame, so that what is proved stays apart from what is not.
 */
public final class FoldedStacks {
  private FoldedStacks() {}

  /** The stacks of all findings, sorted; equal ones are one line. */
  public static String of(LeakProfile profile) {
    Map<String, Long> counts = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      counts.merge(line(finding), (long) finding.count(), Long::sum);
    }
    StringBuilder out = new StringBuilder();
    counts.forEach((stack, count) -> out.append(stack).append(' ').append(count).append('\n'));
    return out.toString();
  }

  private static String line(Finding finding) {
    List<String> frames = new ArrayList<>();
    FrameParts.stack(finding).forEach(frame -> frames.add(printable(frame.method())));
    frames.add(finding.standing().name());
    Collections.reverse(frames);
    return String.join(";", frames);
  }

  /** Names come from the target: none may break the line or the frame. */
  private static String printable(String method) {
    return Printable.of(method).replace(';', ',');
  }
}
