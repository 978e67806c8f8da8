package io.stranded.internal.timeline;

import java.time.Instant;

/**
 * A wait that has not ended, as far as is known.
 *
 * @param threadId {@code Thread.threadId()}
 * @param name the thread's name; may be empty
 * @param virtual whether it is a virtual thread
 * @param waitNumber tells this wait of the thread from its others
 * @param since when it began, or when it was first seen
 * @param place where the thread waits, and for what
 */
public record OpenWait(
    long threadId, String name, boolean virtual, long waitNumber, Instant since, WaitPlace place) {}
