package io.stranded.watch;

import io.stranded.internal.recording.FrameText;
import io.stranded.internal.timeline.OpenWait;
import io.stranded.internal.timeline.ThreadTimeline;
import java.lang.management.LockInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All platform threads of a JVM, with what its events told of them. */
final class AllThreads {
  private AllThreads() {}

  /** Asks the JVM, which stands still for as long as it takes to walk the stacks. */
  static List<ThreadNow> of(ThreadMXBean threads, ThreadTimeline timeline) {
    List<ThreadNow> all = new ArrayList<>();
    Instant now = Instant.now();
    for (ThreadInfo info :
        threads.dumpAllThreads(/* lockedMonitors= */ false, /* lockedSynchronizers= */ false)) {
      // One that has ended meanwhile is none.
      if (info != null) {
        all.add(thread(info, timeline, now));
      }
    }
    return all;
  }

  private static ThreadNow thread(ThreadInfo info, ThreadTimeline timeline, Instant now) {
    long id = info.getThreadId();
    LockInfo lock = info.getLockInfo();
    OpenWait wait = timeline.openWaits(Set.of(id)).get(id);
    return new ThreadNow(
        info.getThreadName(),
        id,
        info.getThreadState().name(),
        lock == null ? "" : lock.getClassName(),
        wait == null ? Optional.empty() : Optional.of(Duration.between(wait.since(), now)),
        Arrays.stream(info.getStackTrace())
            .map(frame -> FrameText.plain(frame.toString()))
            .toList(),
        timeline.createdBy(id));
  }
}
