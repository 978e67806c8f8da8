/**
 * A proof without a heap dump: a forked copy of a JVM decides which of its threads nothing live can
 * reach, and writes what only they lead to.
 *
 * <p>The C library does it in the target; this package asks it, and reads what it tells.
 */
@NullMarked
package io.stranded.snapshot;

import org.jspecify.annotations.NullMarked;
