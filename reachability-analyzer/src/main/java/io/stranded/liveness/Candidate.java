package io.stranded.liveness;

import io.stranded.finding.Doubt;
import io.stranded.internal.heap.HeapThread;
import java.util.List;
import java.util.Optional;

/**
 * A thread that waits without a timeout, and what it waits on.
 *
 * @param thread the thread
 * @param blockedOn what it waits on
 * @param doubt why the wait may be over, or its object another one; empty if it is certain
 * @param steady whether it was seen in the same wait before and after the dump
 * @param interruptible whether an interrupt ends the wait, or what else whoever has the Thread can
 *     do
 * @param keepAlive whether it is a main thread, which may wait for ever on purpose
 * @param groups the thread groups of the application that it is in, directly or not: whoever has
 *     one gets at the Thread
 */
record Candidate(
    HeapThread thread,
    BlockedOn blockedOn,
    Optional<Doubt> doubt,
    boolean steady,
    boolean interruptible,
    boolean keepAlive,
    List<Long> groups) {}
