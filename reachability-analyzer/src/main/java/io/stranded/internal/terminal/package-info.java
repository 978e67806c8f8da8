/** What a process is told and tells: by its terminal, its log and the signal to end. */
@NullMarked
package io.stranded.internal.terminal;

import org.jspecify.annotations.NullMarked;
