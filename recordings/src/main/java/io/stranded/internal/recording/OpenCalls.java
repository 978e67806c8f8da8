package io.stranded.internal.recording;

import io.stranded.finding.Cause;
import io.stranded.internal.recording.DumpHistory.Seen;
import io.stranded.internal.recording.DumpedThread.State;
import io.stranded.internal.stack.IoCall;
import java.util.List;
import java.util.Optional;

/**
 * The requests without a timeout to which no answer had come when the recording ended, as its
 * thread dumps show. Who merely listens to somebody outside is idle, as far as they tell.
 */
final class OpenCalls implements SeenForLong {
  /** The call that a thread is in; empty if it is in none that lasts for want of an answer. */
  static Optional<IoCall> of(DumpedThread thread) {
    return thread.state() == State.OTHER
            && !WaitsByDesign.isInfrastructure(thread.name(), thread.stack())
        ? IoCall.of(thread.stack()).filter(call -> call.answer() && !call.timed())
        : Optional.empty();
  }

  @Override
  public Cause cause() {
    return Cause.IO_WITHOUT_DEADLINE;
  }

  @Override
  public String kind() {
    return "io";
  }

  @Override
  public boolean isOne(Seen seen) {
    return of(seen.thread()).isPresent();
  }

  @Override
  public String summary(List<Seen> group, String longest) {
    return "%s %s, which no timeout is seen to end, for %s"
        .formatted(
            group.size() == 1 ? "1 thread" : group.size() + " threads, each",
            of(group.get(0).thread()).orElseThrow().kind().words(),
            longest);
  }

  @Override
  public List<String> evidence(Seen first) {
    return List.of(
        "in the same call in all thread dumps since then, without using CPU time",
        "its frames are those of a call without a timeout");
  }
}
