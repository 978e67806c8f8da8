/** Shapes and levels of made-up counts. */
@NullMarked
package io.stranded.trend;

import org.jspecify.annotations.NullMarked;
