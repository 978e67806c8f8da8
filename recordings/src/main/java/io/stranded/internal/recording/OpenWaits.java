package io.stranded.internal.recording;

import io.stranded.internal.recording.DumpedThread.State;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.Wait.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The waits of a ledger that were open at its end and could be leaks.
 *
 * <p>What the agent reported counts first. The last thread dump speaks for threads that it did not
 * report, and against a report that the dump shows to be outdated.
 */
final class OpenWaits {
  private static final Duration SHUTDOWN = Duration.ofMinutes(1);

  private final ThreadLedger ledger;
  private final Duration minAge;
  private final List<Wait> suspects = new ArrayList<>();
  private final List<Wait> keptAlive = new ArrayList<>();
  private final IdSet explained = new IdSet();
  private long inRhythm;
  private long returned;
  private long tooYoung;
  private long ofUnknownAge;

  OpenWaits(ThreadLedger ledger, Duration minAge) {
    this.ledger = ledger;
    this.minAge = minAge;
    for (ThreadRecord thread : ledger.alive()) {
      thread.openPark().ifPresent(park -> fromEvent(thread, park));
    }
    ledger.dumps().last().values().stream()
        .sorted(Comparator.comparingLong(seen -> seen.thread().id()))
        .forEach(this::fromDump);
    suspects.sort(Comparator.comparingLong(Wait::id));
  }

  /** Threads to report, by id. */
  List<Wait> suspects() {
    return suspects;
  }

  /** Main threads that wait, as they are meant to. */
  List<Wait> keptAlive() {
    return keptAlive;
  }

  /**
   * Suspects and waits that nothing is wrong with: those whose being alive needs no other words.
   */
  boolean explains(long id) {
    return explained.contains(id);
  }

  /** Number of waits left out because their threads had ended one a moment before. */
  long inRhythm() {
    return inRhythm;
  }

  /** Number of waits left out because an earlier dump showed the thread in one that had ended. */
  long returned() {
    return returned;
  }

  /** Number of waits left out because they are known to have lasted for too short a time. */
  long tooYoung() {
    return tooYoung;
  }

  /** Number of waits left out because nothing tells how long they have lasted. */
  long ofUnknownAge() {
    return ofUnknownAge;
  }

  private void fromEvent(ThreadRecord thread, ParkReported park) {
    if (park.timed()) {
      explained.add(thread.id());
      return;
    }
    DumpHistory.Seen seen = ledger.dumps().last().get(thread.id());
    if (!thread.virtual() && outdated(park.at(), seen)) {
      return;
    }
    List<String> stack = FrameText.visible(park.stack().lines().map(FrameText::plain).toList());
    if (stack.isEmpty() && seen != null) {
      stack = seen.thread().stack();
    }
    add(
        new Wait(
            thread.id(),
            thread.name(),
            thread.virtual(),
            park.kind(),
            park.blockerType(),
            park.blockerIdentity() == 0 ? "" : Integer.toHexString(park.blockerIdentity()),
            park.ownerId() > 0 ? Optional.of(park.ownerId()) : Optional.empty(),
            stack,
            thread.creator(),
            later(park.since(), thread.notWaitingAt()),
            Optional.of(
                positive(
                    Duration.between(later(park.since(), thread.notWaitingAt()), ledger.end()))),
            Source.AGENT));
  }

  /** Whether a dump taken after the report shows that the thread waits no more, or is no more. */
  private boolean outdated(Instant reported, DumpHistory.@Nullable Seen seen) {
    Optional<Instant> dumped = ledger.dumps().lastAt();
    return dumped.isPresent()
        && dumped.get().isAfter(reported)
        && (seen == null || !seen.thread().waits());
  }

  private void fromDump(DumpHistory.Seen seen) {
    DumpedThread thread = seen.thread();
    Instant dumped = ledger.dumps().lastAt().orElseThrow();
    Optional<ThreadRecord> known = ledger.find(thread.id());
    if (explains(thread.id())
        || ledger.hasEnded(thread.id())
        || known.map(record -> record.awakeAfter(dumped)).orElse(false)) {
      return;
    }
    if (!thread.waits()) {
      if (WaitsByDesign.isInfrastructure(thread.name(), thread.stack())) {
        explained.add(thread.id());
      }
      return;
    }
    if (!thread.deadlocked() && known.map(record -> record.waitsInRhythm(dumped)).orElse(false)) {
      explained.add(thread.id());
      inRhythm++;
      return;
    }
    Instant awake = known.map(ThreadRecord::notWaitingAt).orElse(Instant.MIN);
    boolean lasting = seen.since().isBefore(dumped) && !awake.isAfter(seen.since());
    if (thread.state() == State.BLOCKED && !lasting && !thread.deadlocked()) {
      return; // that is how any busy lock looks for a moment
    }
    if (!lasting && !thread.deadlocked() && seen.returned()) {
      explained.add(thread.id());
      returned++;
      return;
    }
    Source source =
        lasting
            ? Source.SEVERAL_DUMPS
            : thread.deadlocked() ? Source.DEADLOCK_IN_DUMP : Source.LAST_DUMP;
    add(
        new Wait(
            thread.id(),
            thread.name(),
            false,
            kind(thread.state()),
            thread.blockerType(),
            thread.blocker(),
            thread.owner(),
            thread.stack(),
            known.map(ThreadRecord::creator).orElse(List.of()),
            lasting ? dumped.minus(age(seen, dumped)) : dumped,
            lasting ? Optional.of(age(seen, dumped)) : Optional.empty(),
            source));
  }

  /** A JVM that ends takes its time, but not for ever. */
  private static boolean lasts(Wait wait) {
    return wait.age().orElse(Duration.ZERO).compareTo(SHUTDOWN) > 0;
  }

  private void add(Wait wait) {
    if (WaitsByDesign.isInfrastructure(wait.name(), wait.stack())
        || (WaitsByDesign.isShutdown(wait.stack()) && !lasts(wait))) {
      explained.add(wait.id());
    } else if (WaitsByDesign.isKeptAlive(wait.stack())) {
      explained.add(wait.id());
      keptAlive.add(wait);
    } else if (wait.age().isEmpty() && !minAge.isZero()) {
      ofUnknownAge++;
    } else if (wait.age().orElse(Duration.ZERO).compareTo(minAge) < 0) {
      tooYoung++;
    } else {
      explained.add(wait.id());
      suspects.add(wait);
    }
  }

  /** A thread cannot have waited for longer than it has lived. */
  private static Duration age(DumpHistory.Seen seen, Instant dumped) {
    Duration age = Duration.between(seen.since(), dumped);
    return seen.thread().elapsed().filter(lived -> lived.compareTo(age) < 0).orElse(age);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static String kind(State state) {
    return switch (state) {
      case PARKED -> "park";
      case WAITING -> "wait";
      case BLOCKED -> "monitor";
      case OTHER -> throw new IllegalArgumentException();
    };
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
