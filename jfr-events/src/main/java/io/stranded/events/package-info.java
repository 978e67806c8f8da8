/**
 * The JFR events of Stranded: what the agent writes into a recording and what a consumer reads from
 * it.
 *
 * <p>JFR's own events for waits are committed when the wait ends, so a thread that waits for ever
 * never shows up. These are made while the thread is still parked. A thread is named by id and name
 * in plain fields, since an event may be about another thread than the one that commits it.
 */
@NullMarked
package io.stranded.events;

import org.jspecify.annotations.NullMarked;
