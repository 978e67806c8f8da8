/** Spoils heap dumps at random and looks at what the analyzer makes of them. */
@NullMarked
package io.stranded.fuzz;

import org.jspecify.annotations.NullMarked;
