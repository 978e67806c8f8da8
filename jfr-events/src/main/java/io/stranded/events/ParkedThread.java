package io.stranded.events;

import org.jspecify.annotations.Nullable;

/**
 * A thread in a wait that has outlasted the threshold: the content of a {@link ThreadPark}.
 *
 * @param threadId {@code Thread.threadId()}
 * @param threadName its name, empty for most virtual threads
 * @param virtual whether it is a virtual thread
 * @param kind how it waits
 * @param timed whether the wait has a timeout
 * @param parkedSince when the wait began, in milliseconds since the epoch
 * @param blockerClass the class name of what it waits on, null if it is not known
 * @param blockerIdentity {@code System.identityHashCode} of that object, 0 if it is not known
 * @param ownerId the id of the thread that owns the lock, 0 if there is none or it is not known
 * @param stack the frames, innermost first, one per line
 */
public record ParkedThread(
    long threadId,
    String threadName,
    boolean virtual,
    WaitKind kind,
    boolean timed,
    long parkedSince,
    @Nullable String blockerClass,
    int blockerIdentity,
    long ownerId,
    String stack) {}
