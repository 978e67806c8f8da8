package io.stranded.watch;

import io.stranded.finding.RootPrecision;
import io.stranded.internal.recording.TakenFacts;
import io.stranded.internal.source.Leftovers;
import io.stranded.internal.source.TargetFiles;
import io.stranded.internal.source.TargetJvm;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ThreadInfo;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Takes one heap dump of a JVM for later analysis, with what its threads did around it. */
public final class DumpTaker {
  private final Consumer<String> log;
  private final boolean mayLoadAgents;
  private final boolean collectsFirst;

  /**
   * A taker.
   *
   * @param mayLoadAgents whether the target may be prepared, so that the roots are exact
   * @param collectsFirst whether the target collects garbage first, which makes the pause longer
   * @param log hears one line for each thing that is not as it could be
   */
  public DumpTaker(boolean mayLoadAgents, boolean collectsFirst, Consumer<String> log) {
    this.mayLoadAgents = mayLoadAgents;
    this.collectsFirst = collectsFirst;
    this.log = log;
  }

  /**
   * Takes a dump.
   *
   * @param dump where it goes; must not exist
   * @param facts where the thread facts go; must not exist
   * @param settle time between the first look at the threads and the dump
   * @throws io.stranded.internal.source.TargetLostException if the target does not let us, or ends
   */
  public TakenFacts take(long pid, Path dump, Path facts, Duration settle)
      throws IOException, InterruptedException {
    for (Path file : new Path[] {dump, facts}) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    try (TargetJvm target = TargetJvm.attach(pid)) {
      HeapDumper dumper = new HeapDumper(target, new NativeLibrary(target), mayLoadAgents, log);
      Instant firstLook = Instant.now();
      Map<Long, ThreadInfo> before = look(target);
      Thread.sleep(settle.toMillis());
      TargetFiles files = target.files();
      Path parent =
          files.isShared()
              ? Objects.requireNonNull(dump.toAbsolutePath().getParent())
              : files.temporary();
      Leftovers.delete(files, parent);
      try (DumpFile file = DumpFile.in(files, parent, /* keep= */ false)) {
        HeapDumper.Taken taken = dumper.take(file, collectsFirst);
        TakenFacts seen =
            new TakenFacts(
                taken.startedAt(),
                taken.finishedAt(),
                roots(taken),
                compare(before, look(target), Duration.between(firstLook, taken.finishedAt())));
        file.moveTo(dump);
        seen.write(facts);
        return seen;
      }
    }
  }

  /** One dump has exact roots only if nobody could hide anything after the preparation. */
  private RootPrecision roots(HeapDumper.Taken taken) {
    if (taken.roots() == RootPrecision.EXACT && !taken.still()) {
      log.accept("roots as dumped: threads ran between the preparation of the dump and the dump");
      return RootPrecision.AS_DUMPED;
    }
    return taken.roots();
  }

  /** What the platform threads do now, by id. */
  static Map<Long, ThreadInfo> look(TargetJvm target) {
    Map<Long, ThreadInfo> seen = new HashMap<>();
    Arrays.stream(target.threads().getThreadInfo(target.threads().getAllThreadIds()))
        .filter(Objects::nonNull)
        .forEach(info -> seen.put(info.getThreadId(), info));
    return seen;
  }

  /** Who has stayed in one wait between two looks. */
  static Map<Long, TakenFacts.Seen> compare(
      Map<Long, ThreadInfo> before, Map<Long, ThreadInfo> after, Duration between) {
    Map<Long, TakenFacts.Seen> seen = new HashMap<>();
    after.forEach(
        (id, now) -> {
          ThreadInfo then = before.get(id);
          boolean steady = then != null && isSameWait(then, now);
          boolean sameOwner =
              then != null
                  && steady
                  && now.getThreadState() == Thread.State.BLOCKED
                  && now.getLockOwnerId() > 0
                  && now.getLockOwnerId() == then.getLockOwnerId();
          seen.put(
              id,
              new TakenFacts.Seen(
                  steady,
                  steady ? between : Duration.ZERO,
                  sameOwner ? OptionalLong.of(now.getLockOwnerId()) : OptionalLong.empty(),
                  sameOwner
                      ? Optional.ofNullable(now.getLockInfo()).map(LockInfo::getClassName)
                      : Optional.empty()));
        });
    return seen;
  }

  private static boolean isSameWait(ThreadInfo then, ThreadInfo now) {
    return (now.getThreadState() == Thread.State.WAITING
            || now.getThreadState() == Thread.State.BLOCKED)
        && now.getThreadState() == then.getThreadState()
        && now.getWaitedCount() == then.getWaitedCount()
        && now.getBlockedCount() == then.getBlockedCount();
  }
}
