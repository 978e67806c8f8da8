/** What is known of the JDK, held against real ones. */
@NullMarked
package io.stranded.internal.jdk;

import org.jspecify.annotations.NullMarked;
