package io.stranded.internal.recording;

import io.stranded.finding.RootPrecision;
import io.stranded.liveness.ThreadFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Facts of recordings, and the owners of monitors from elsewhere where recordings do not tell them.
 *
 * @param recorded what recordings tell
 * @param beside what else is known
 */
record MergedFacts(ThreadFacts recorded, ThreadFacts beside) implements ThreadFacts {
  @Override
  public void about(Instant dumpedAt, Map<Long, String> names) {
    recorded.about(dumpedAt, names);
    beside.about(dumpedAt, names);
  }

  @Override
  public RootPrecision roots() {
    return beside.roots();
  }

  @Override
  public Steadiness steadiness(long threadId) {
    Steadiness known = recorded.steadiness(threadId);
    return known == Steadiness.UNKNOWN ? beside.steadiness(threadId) : known;
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    return ownerTeller(threadId).monitorOwner(threadId);
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    return ownerTeller(threadId).monitorType(threadId);
  }

  @Override
  public Optional<String> awaitedClass(long threadId) {
    return beside.awaitedClass(threadId);
  }

  @Override
  public Optional<List<String>> stack(long threadId) {
    return ownerTeller(threadId).stack(threadId);
  }

  @Override
  public Optional<Duration> waitingFor(long threadId) {
    return recorded.waitingFor(threadId).or(() -> beside.waitingFor(threadId));
  }

  @Override
  public Optional<String> growth(long threadId) {
    return recorded.growth(threadId).or(() -> beside.growth(threadId));
  }

  @Override
  public List<String> createdBy(long threadId) {
    List<String> creator = recorded.createdBy(threadId);
    return creator.isEmpty() ? beside.createdBy(threadId) : creator;
  }

  private ThreadFacts ownerTeller(long threadId) {
    return recorded.monitorOwner(threadId).isPresent() ? recorded : beside;
  }
}
