/** The rule, run by JDK Mission Control's own engine on recordings of real JVMs. */
@NullMarked
package io.stranded.jmc;

import org.jspecify.annotations.NullMarked;
