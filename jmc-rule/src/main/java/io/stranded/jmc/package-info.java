/** Suspects of a recording in JDK Mission Control's automated analysis. */
@NullMarked
package io.stranded.jmc;

import org.jspecify.annotations.NullMarked;
