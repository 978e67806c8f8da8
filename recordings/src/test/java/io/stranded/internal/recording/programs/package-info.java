/** Programs that tests record: leaking ones and their healthy twins. */
@NullMarked
package io.stranded.internal.recording.programs;

import org.jspecify.annotations.NullMarked;
