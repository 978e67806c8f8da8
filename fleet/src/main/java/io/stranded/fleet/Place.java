package io.stranded.fleet;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import java.util.List;

/**
 * Where and why threads of a leak wait: the same for all JVMs, up to line numbers.
 *
 * @param cause why they wait for ever
 * @param waitsOn type of what they wait on
 * @param stack frames of the wait, innermost first
 * @param createdBy frames that started the threads; empty when nobody recorded them
 */
record Place(Cause cause, String waitsOn, List<String> stack, List<String> createdBy) {
  private static final int MAX_FRAMES = 30;

  Place {
    stack = first(stack);
    createdBy = first(createdBy);
  }

  static Place of(Finding finding) {
    return new Place(
        finding.cause(), finding.blockedOn().type(), finding.stack(), finding.createdBy());
  }

  private static List<String> first(List<String> frames) {
    return List.copyOf(frames.subList(0, Math.min(frames.size(), MAX_FRAMES)));
  }
}
