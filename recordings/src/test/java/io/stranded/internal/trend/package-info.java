/** Shapes and levels of made-up counts. */
@NullMarked
package io.stranded.internal.trend;

import org.jspecify.annotations.NullMarked;
