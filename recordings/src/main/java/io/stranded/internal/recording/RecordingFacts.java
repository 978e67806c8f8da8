package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.liveness.ThreadFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What recordings tell of the threads of a heap dump of the same JVM.
 *
 * <p>That a thread waits in the recording and in the dump proves nothing: it may have been released
 * in between and wait anew. It is the same wait only where the recording goes on after the dump and
 * shows a wait that began before it. So a recording that ends before the dump tells who created the
 * threads, and nothing of their waits.
 */
final class RecordingFacts implements ThreadFacts {
  /** The agent looks once a second; a thread that was released has run by then, and was seen to. */
  private static final Duration TWO_LOOKS = Duration.ofSeconds(2);

  private final ThreadLedger ledger;
  private final Map<Long, String> growing;
  private Instant dumpedAt = Instant.MAX;
  private int sameName;
  private int otherName;

  /** A wait that was seen before and after the dump. */
  private record Steady(
      Instant since,
      Instant seen,
      Optional<Long> owner,
      Optional<String> monitorType,
      List<String> stack) {}

  RecordingFacts(ThreadLedger ledger) {
    this(ledger, Map.of());
  }

  /**
   * Facts of a ledger.
   *
   * @param growing how the number of those went that become more and more, by thread
   */
  RecordingFacts(ThreadLedger ledger, Map<Long, String> growing) {
    this.ledger = ledger;
    this.growing = Map.copyOf(growing);
  }

  @Override
  public Optional<String> growth(long threadId) {
    return Optional.ofNullable(growing.get(threadId));
  }

  @Override
  public void about(Instant at, Map<Long, String> names) {
    dumpedAt = at;
    sameName = 0;
    otherName = 0;
    names.forEach(
        (id, name) -> {
          String known = ledger.nameOf(id);
          if (!known.isEmpty() && known.equals(name)) {
            sameName++;
          } else if (!known.isEmpty()) {
            otherName++;
          }
        });
  }

  /**
   * Threads are renamed now and then, but not most of them.
   *
   * @throws UnreadableRecordingException if the dump that was asked about is of another JVM
   */
  void requireSameJvm(Path dump) throws UnreadableRecordingException {
    boolean tooOld =
        ledger.jvms().stream().findFirst().filter(j -> j.startedAt().isAfter(dumpedAt)).isPresent();
    if (tooOld || otherName > sameName) {
      throw new UnreadableRecordingException(
          dump,
          tooOld
              ? "is not of the JVM that was recorded, which was started after the dump was taken"
              : "is not of the JVM that was recorded: of the threads with ids that both have, %d have one name and %d have two"
                  .formatted(sameName, otherName));
    }
  }

  /** When the dump was taken that was asked about. */
  Instant dumpedAt() {
    return dumpedAt;
  }

  @Override
  public Steadiness steadiness(long threadId) {
    if (steady(threadId).isPresent()) {
      return Steadiness.STEADY;
    }
    return ranAfterDump(threadId) ? Steadiness.MOVED : Steadiness.UNKNOWN;
  }

  /** A monitor stays with an owner who has not run since it was seen to have it. */
  @Override
  public OptionalLong monitorOwner(long threadId) {
    return steady(threadId)
        .filter(wait -> wait.owner().flatMap(this::steady).isPresent())
        .filter(
            wait ->
                wait.owner()
                    .flatMap(this::steady)
                    .filter(owner -> !owner.since().isAfter(wait.seen()))
                    .isPresent())
        .flatMap(Steady::owner)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    return steady(threadId).flatMap(Steady::monitorType);
  }

  @Override
  public Optional<List<String>> stack(long threadId) {
    return steady(threadId).map(Steady::stack).filter(stack -> !stack.isEmpty());
  }

  @Override
  public Optional<Duration> waitingFor(long threadId) {
    return steady(threadId).map(wait -> Duration.between(wait.since(), dumpedAt));
  }

  @Override
  public List<String> createdBy(long threadId) {
    return ledger.find(threadId).map(ThreadRecord::creator).orElse(List.of());
  }

  private Optional<Steady> steady(long threadId) {
    Optional<ThreadRecord> thread = ledger.find(threadId);
    if (ledger.hasEnded(threadId) || thread.filter(t -> t.awakeAfter(dumpedAt)).isPresent()) {
      return Optional.empty();
    }
    return byAgent(thread).or(() -> byDumps(threadId));
  }

  private Optional<Steady> byAgent(Optional<ThreadRecord> thread) {
    if (ledger.lastLook().isBefore(dumpedAt.plus(TWO_LOOKS)) || ledger.lostBytes() > 0) {
      return Optional.empty();
    }
    return thread
        .flatMap(ThreadRecord::openPark)
        .filter(park -> park.since().isBefore(dumpedAt) && !park.timed())
        .map(
            park ->
                new Steady(
                    park.since(),
                    park.at(),
                    park.ownerId() > 0 ? Optional.of(park.ownerId()) : Optional.empty(),
                    Optional.of(park.blockerType())
                        .filter(type -> park.kind().equals("monitor") && !type.isEmpty()),
                    framesOf(park)));
  }

  private Optional<Steady> byDumps(long threadId) {
    DumpHistory.Seen seen = ledger.dumps().last().get(threadId);
    Instant lastAt = ledger.dumps().lastAt().orElse(Instant.MIN);
    if (seen == null
        || !seen.thread().waits()
        || !seen.since().isBefore(dumpedAt)
        || !lastAt.isAfter(dumpedAt)) {
      return Optional.empty();
    }
    return Optional.of(
        new Steady(
            seen.since(),
            lastAt,
            seen.thread().owner(),
            seen.thread().monitorType(),
            seen.thread().stack()));
  }

  /** Whether the thread is known to have done something after the dump, so that it was live. */
  private boolean ranAfterDump(long threadId) {
    if (ledger.hasEnded(threadId)) {
      return true;
    }
    Optional<ThreadRecord> thread = ledger.find(threadId);
    boolean awake = thread.filter(t -> t.awakeAfter(dumpedAt)).isPresent();
    boolean waitsAnew =
        thread
            .flatMap(ThreadRecord::openPark)
            .filter(park -> park.since().isAfter(dumpedAt))
            .isPresent();
    DumpHistory.Seen seen = ledger.dumps().last().get(threadId);
    boolean runs =
        seen != null
            && !seen.thread().waits()
            && ledger.dumps().lastAt().orElse(Instant.MIN).isAfter(dumpedAt);
    return awake || waitsAnew || runs;
  }

  private static List<String> framesOf(ParkReported park) {
    return FrameText.visible(park.stack().lines().map(FrameText::plain).toList());
  }
}
