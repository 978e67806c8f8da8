package io.stranded.timeline;

import java.time.Instant;
import java.util.List;

/**
 * A wait that has not ended, as far as is known.
 *
 * @param threadId {@code Thread.threadId()}
 * @param waitNumber tells this wait of the thread from its others
 * @param since when it began, or when it was first seen
 * @param blockerClass class of the object waited on; empty if unknown
 * @param stack frames of the waiting thread, innermost first
 */
public record OpenWait(
    long threadId, long waitNumber, Instant since, String blockerClass, List<String> stack) {}
