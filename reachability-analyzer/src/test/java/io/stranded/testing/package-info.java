/** Real JVMs for tests: finding installed JDKs and forking programs on them. */
@NullMarked
package io.stranded.testing;

import org.jspecify.annotations.NullMarked;
