/** The terminal of this process: what is shown there, and what is typed. */
@NullMarked
package io.stranded.internal.terminal;

import org.jspecify.annotations.NullMarked;
