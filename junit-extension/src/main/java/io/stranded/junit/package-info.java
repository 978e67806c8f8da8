/** Fails tests that leak threads, or that can never end: extensions for JUnit 5.13 and later. */
@NullMarked
package io.stranded.junit;

import org.jspecify.annotations.NullMarked;
