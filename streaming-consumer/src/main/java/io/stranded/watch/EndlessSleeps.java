package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.internal.recording.WaitsByDesign;
import io.stranded.internal.source.KernelWait;
import io.stranded.internal.stack.TimedCall;
import io.stranded.internal.stack.WaitSite;
import io.stranded.watch.SeenThread.Doing;
import java.time.Duration;
import java.util.List;

/** Knows the threads whose timeout nobody lives to see, by the deadline that the kernel has. */
final class EndlessSleeps implements SuspectDetector {
  /**
   * What is planned for in a running JVM comes sooner. A JVM itself asks for three years at most.
   */
  static final Duration NEVER = Duration.ofDays(365);

  @Override
  public boolean asksKernel(SeenThread thread) {
    return thread.doing() == Doing.WAITS_FOR_A_TIME
        && !thread.virtual()
        && !WaitsByDesign.isInfrastructure(thread.name(), thread.stack())
        && !WaitsByDesign.isKeptAlive(thread.stack())
        && TimedCall.of(thread.stack()).isPresent()
        && !isConsumer(thread);
  }

  /** Who waits for what may come is idle, however long that takes. */
  private static boolean isConsumer(SeenThread thread) {
    return switch (WaitSite.of("", thread.stack()).cause()) {
      case QUEUE_CONSUMER_ABANDONED, ORPHANED_POOL_WORKER -> true;
      default -> false;
    };
  }

  @Override
  public List<Finding> find(SuspectLook look) {
    List<SeenThread> sleeping =
        look.threads().stream()
            .filter(this::asksKernel)
            .filter(
                thread ->
                    look.kernelWait(thread) instanceof KernelWait.Until until
                        && until.left().compareTo(NEVER) > 0)
            .toList();
    return SuspectGroup.of(Cause.SLEEPS_FOR_EVER, sleeping).stream()
        .map(group -> finding(group, look))
        .toList();
  }

  private static Finding finding(SuspectGroup group, SuspectLook look) {
    TimedCall call = TimedCall.of(group.first().stack()).orElseThrow();
    String summary =
        switch (call) {
          case SLEEP -> group.who("sleeps", "sleep") + " for longer than a year";
          case WAIT -> group.who("waits", "wait") + " with a timeout of more than a year";
        };
    return group.finding(
        look,
        summary,
        "timed",
        List.of(
            "the system call that "
                + (group.threads().size() == 1 ? "it is" : "each of them is")
                + " in ends in "
                + days(group, look)
                + " days",
            "an interrupt may still end it, by whoever has the Thread"));
  }

  private static long days(SuspectGroup group, SuspectLook look) {
    return look.kernelWait(group.first()) instanceof KernelWait.Until until
        ? until.left().toDays()
        : 0;
  }
}
