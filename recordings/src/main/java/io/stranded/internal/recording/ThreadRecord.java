package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.ParkReported;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a thread that has not ended. Facts may be added in any order, and twice: the
 * latest wait counts, and an end of a wait counts for that wait and those before.
 */
final class ThreadRecord {
  private final long id;
  private String name = "";
  private Instant namedAt = Instant.MIN;
  private boolean virtual;
  private boolean started;
  private List<String> creator = List.of();
  private @Nullable ParkReported park;
  private Instant latestUnparkedWait = Instant.MIN;
  private Instant awake = Instant.MIN;

  ThreadRecord(long id) {
    this.id = id;
  }

  void started(RecordedFact.ThreadStarted fact) {
    started = true;
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
    wasAwake(fact.at());
  }

  void wasAwake(Instant at) {
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

  /** Whether it is known to have ended a wait after that time. */
  boolean awakeAfter(Instant time) {
    return awake.isAfter(time);
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
