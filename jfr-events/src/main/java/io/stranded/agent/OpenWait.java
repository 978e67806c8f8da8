package io.stranded.agent;

import io.stranded.events.ThreadPark;
import io.stranded.events.ThreadUnpark;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A wait that was reported and has not been seen to end.
 *
 * @param threadId the waiting thread's id
 * @param threadName its name when it was reported
 * @param virtual whether it is virtual
 * @param blockerClass the class name of what it waits on, null if it is not known
 * @param since the {@link System#nanoTime()} of its begin, about; what tells one wait of a slot
 *     from the next
 * @param sinceMillis the same in milliseconds since the epoch: computed once, so that all events of
 *     the wait agree whatever happens to the clock
 */
record OpenWait(
    long threadId,
    String threadName,
    boolean virtual,
    @Nullable String blockerClass,
    long since,
    long sinceMillis) {
  /** The wall clock time of a past {@link System#nanoTime()}. */
  static long wallClock(long nanoTime) {
    return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
  }

  /** Commits the end of the wait; {@link ThreadPark} must have been committed. */
  void commitEnd() {
    long nanos = System.nanoTime() - since;
    ThreadUnpark.emit(
        threadId, threadName, virtual, sinceMillis, TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
