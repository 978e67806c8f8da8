package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.ParkReported;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a thread that has not ended. Facts may be added in any order, and twice: the
 * latest wait counts, and an end of a wait counts for that wait and those before.
 */
final class ThreadRecord {
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** Who runs all the time may go unseen for as long: the recorder samples a few events only. */
  private static final Duration UNSEEN = Duration.ofSeconds(10);

  private static final int OFTEN = 10;

  private final long id;
  private String name = "";
  private Instant namedAt = Instant.MIN;
  private boolean virtual;
  private boolean started;
  private List<String> creator = List.of();
  private @Nullable ParkReported park;
  private Instant latestUnparkedWait = Instant.MIN;
  private Instant awake = Instant.MIN;
  private Instant waitEnded = Instant.MIN;
  private long timesAwake;
  private Duration longestWait = Duration.ZERO;
  private Instant startedAt = Instant.MIN;

  ThreadRecord(long id) {
    this.id = id;
  }

  void started(RecordedFact.ThreadStarted fact) {
    started = true;
    if (startedAt.equals(Instant.MIN) || fact.at().isBefore(startedAt)) {
      startedAt = fact.at();
    }
    identify(fact.at(), fact.name(), fact.virtual());
    // One of the two must win whatever comes first; for virtual threads there is only ours.
    if (!fact.creator().isEmpty() && (creator.isEmpty() || fact.byAgent())) {
      creator = fact.creator();
    }
  }

  void parked(ParkReported fact) {
    identify(fact.at(), fact.name(), fact.virtual());
    if (park == null
        || fact.since().isAfter(park.since())
        || (fact.since().equals(park.since()) && fact.at().isAfter(park.at()))) {
      park = fact;
    }
  }

  void unparked(RecordedFact.ParkEnded fact) {
    if (fact.since().isAfter(latestUnparkedWait)) {
      latestUnparkedWait = fact.since();
    }
    endedWait(fact.at());
  }

  void waited(RecordedFact.WaitOver fact) {
    if (fact.lasted().compareTo(longestWait) > 0) {
      longestWait = fact.lasted();
    }
    endedWait(fact.at());
  }

  private void endedWait(Instant at) {
    ran(at);
    if (at.isAfter(waitEnded)) {
      waitEnded = at;
    }
  }

  void ran(Instant at) {
    timesAwake++;
    if (at.isAfter(awake)) {
      awake = at;
    }
  }

  /** The wait that was reported and of which no end is known, as last reported. */
  Optional<ParkReported> openPark() {
    return park != null && park.since().isAfter(latestUnparkedWait)
        ? Optional.of(park)
        : Optional.empty();
  }

  /** Whether it is known to have run after that time. */
  boolean awakeAfter(Instant time) {
    return awake.isAfter(time);
  }

  /**
   * Whether it may well be in one more of the waits that it ends again and again: the last one
   * ended, or it was last seen to run, so shortly before that time.
   */
  boolean waitsInRhythm(Instant time) {
    Duration usual = longestWait.multipliedBy(2);
    Duration least = usual.compareTo(SHORT) > 0 ? usual : SHORT;
    return Duration.between(waitEnded, time).compareTo(least) <= 0
        || (timesAwake >= OFTEN && Duration.between(awake, time).compareTo(UNSEEN) <= 0);
  }

  /** When it last ran as far as is known, or was started; the earliest time if unknown. */
  Instant notWaitingAt() {
    return awake.isAfter(startedAt) ? awake : startedAt;
  }

  long id() {
    return id;
  }

  String name() {
    return name;
  }

  boolean virtual() {
    return virtual;
  }

  /** Whether its start was recorded. */
  boolean started() {
    return started;
  }

  /** Frames that started it, innermost first; empty if unknown. */
  List<String> creator() {
    return creator;
  }

  /** A thread may be renamed: the latest name counts. */
  private void identify(Instant at, String seenName, boolean seenVirtual) {
    virtual |= seenVirtual;
    if (!seenName.isEmpty() && at.isAfter(namedAt)) {
      name = seenName;
      namedAt = at;
    }
  }
}
