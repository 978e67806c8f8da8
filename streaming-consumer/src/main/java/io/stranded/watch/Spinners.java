package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.watch.SeenThread.Doing;
import java.time.Duration;
import java.util.List;

/** Knows the threads that run and run in one place, and never rest. */
final class Spinners implements SuspectDetector {
  /** So many times the usual patience is had with who computes: that takes its time. */
  private static final int PATIENCE = 10;

  @Override
  public boolean asksKernel(SeenThread thread) {
    return false;
  }

  @Override
  public List<Finding> find(SuspectLook look) {
    Duration patience = look.minAge().multipliedBy(PATIENCE);
    List<SeenThread> spinning =
        look.threads().stream()
            .filter(thread -> thread.doing() == Doing.RUNS)
            .filter(thread -> thread.age(look.now()).compareTo(patience) >= 0)
            .toList();
    return SuspectGroup.of(Cause.SPINNING, spinning).stream()
        .map(
            group ->
                group.finding(
                    look,
                    group.who("has", "have")
                        + " used a processor in one place without a pause, "
                        + group.age(look),
                    "running",
                    List.of(
                        "at every look it was in that method or in what it calls, and it has not waited"
                            + " for anything in between",
                        "what computes for so long looks the same")))
        .toList();
  }
}
