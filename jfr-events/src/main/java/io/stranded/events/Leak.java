package io.stranded.events;

import org.jspecify.annotations.Nullable;

/**
 * Threads that can never run again, for one reason: the content of a {@link ThreadLeak}.
 *
 * @param cause why they wait for ever, as in a report, or {@code COLLECTED}
 * @param confidence how sure that is, as in a report
 * @param fingerprint names the kind of leak
 * @param threadId {@code Thread.threadId()} of one of the threads
 * @param threadName its name, empty where it has none or where it is not known
 * @param virtual whether it is a virtual thread
 * @param threads how many threads there are
 * @param blockerClass the class of what they wait on, null if it is not known
 * @param summary one sentence that a person understands
 * @param pinnedBytes heap that only these threads keep alive, -1 if it is not known
 * @param creationStack the frames that started the threads, innermost first, one per line; null if
 *     they are not known
 */
public record Leak(
    String cause,
    String confidence,
    String fingerprint,
    long threadId,
    String threadName,
    boolean virtual,
    int threads,
    @Nullable String blockerClass,
    String summary,
    long pinnedBytes,
    @Nullable String creationStack) {}
