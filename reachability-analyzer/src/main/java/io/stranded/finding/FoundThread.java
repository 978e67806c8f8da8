package io.stranded.finding;

import java.time.Duration;
import java.util.Optional;

/**
 * A thread of a finding.
 *
 * @param name as the target had it; may be empty
 * @param id {@code Thread.threadId()}
 * @param virtual whether it is a virtual thread
 * @param parkedFor how long it had been in this wait, when events or samples tell
 */
public record FoundThread(String name, long id, boolean virtual, Optional<Duration> parkedFor) {}
