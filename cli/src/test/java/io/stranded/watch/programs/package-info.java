/** Programs that are watched. */
@NullMarked
package io.stranded.watch.programs;

import org.jspecify.annotations.NullMarked;
