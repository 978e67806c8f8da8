package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.internal.recording.WaitsByDesign;
import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.IoCall;
import io.stranded.internal.stack.WaitSite;
import io.stranded.watch.SeenThread.Doing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Knows the threads that wait without a timeout for something that live code could end, and does
 * not: they become more and more, and not one of them ever goes on.
 */
final class ForgottenWaiters implements SuspectDetector {
  private final GroupCounts counts;

  ForgottenWaiters(Duration minAge) {
    this.counts = new GroupCounts(minAge);
  }

  @Override
  public boolean asksKernel(SeenThread thread) {
    return false;
  }

  @Override
  public List<Finding> find(SuspectLook look) {
    List<SeenThread> waiting =
        look.threads().stream().filter(ForgottenWaiters::mayBeForgotten).toList();
    List<SuspectGroup> groups =
        SuspectGroup.of(Cause.FORGOTTEN_WAITER, waiting, thread -> site(thread).type());
    counts.sample(look.now(), groups);
    return groups.stream().filter(counts::rises).map(group -> finding(group, look)).toList();
  }

  /**
   * Workers of a pool are there for what may come, and who waits for a lock waits for its owner.
   */
  private static boolean mayBeForgotten(SeenThread thread) {
    if (thread.doing() != Doing.WAITS
        || thread.stack().stream().allMatch(Frames::isJdk)
        || WaitsByDesign.isInfrastructure(thread.name(), thread.stack())
        || WaitsByDesign.isKeptAlive(thread.stack())
        || IoCall.of(thread.stack()).isPresent()) {
      return false;
    }
    return switch (site(thread).cause()) {
      case ORPHANED_POOL_WORKER, LOCK_NEVER_RELEASED, JOIN_ON_LEAKED_THREAD, BARE_PARK -> false;
      default -> true;
    };
  }

  private static WaitSite site(SeenThread thread) {
    return WaitSite.of(thread.blocker(), thread.stack());
  }

  private Finding finding(SuspectGroup group, SuspectLook look) {
    WaitSite site = site(group.first());
    return group.finding(
        look,
        group.who("waits", "wait")
            + (site.type().isEmpty() ? "" : " on " + simple(site.type()))
            + " for what live code could end and does not, "
            + group.age(look)
            + " ("
            + site.cause().label()
            + "?)",
        "parked",
        List.of(
            counts.words(group) + "; none of them went on since they are counted",
            whoCouldEndIt(group, look)));
  }

  private static String whoCouldEndIt(SuspectGroup group, SuspectLook look) {
    Optional<String> holder = group.holder(look);
    if (holder.isPresent()) {
      return "held by " + holder.get() + ": so live code could end it, and nothing is proved";
    }
    return "live code reaches what they wait on, so that nothing is proved: 'stranded dump"
        + " --whole-heap' and 'stranded analyze' tell who holds it";
  }

  private static String simple(String type) {
    return type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
  }
}
