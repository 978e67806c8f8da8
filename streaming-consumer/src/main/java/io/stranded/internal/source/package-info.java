/**
 * Live JVMs: attaching to one, and hearing from it which threads start, wait and end.
 *
 * <p>Nothing here decides anything; it only tells what happens.
 */
@NullMarked
package io.stranded.internal.source;

import org.jspecify.annotations.NullMarked;
