/** What is known of the JDK, held against real ones. */
@NullMarked
package io.stranded.jdk;

import org.jspecify.annotations.NullMarked;
