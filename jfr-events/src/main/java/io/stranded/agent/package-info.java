/**
 * The Java agent: hooks where threads start, park and end, and a reporter that turns long waits
 * into the events of {@link io.stranded.events}.
 *
 * <p>{@link io.stranded.agent.StrandedAgent} is the entry point, by {@code -javaagent} and by
 * attach. The hooks are calls into a tiny class that is defined beside {@code LockSupport}, so the
 * boot class path stays as it is. The way of a park: {@code LockSupport} → that class → {@link
 * io.stranded.agent.ThreadHooks} → a mark in the thread's {@link io.stranded.agent.Slot}; the
 * {@link io.stranded.agent.Reporter} looks at the slots once a period.
 *
 * <p>There are no lambdas on the way to {@code premain}'s end: the first one of a JVM costs tens of
 * milliseconds of start-up.
 */
@NullMarked
package io.stranded.agent;

import org.jspecify.annotations.NullMarked;
