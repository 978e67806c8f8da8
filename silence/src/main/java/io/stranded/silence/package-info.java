/** Takes heap dumps of real servers and asks that no leak is found in them. */
@NullMarked
package io.stranded.silence;

import org.jspecify.annotations.NullMarked;
