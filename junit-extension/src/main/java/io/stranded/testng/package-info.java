/** Fails tests of TestNG that leak threads. */
@NullMarked
package io.stranded.testng;

import org.jspecify.annotations.NullMarked;
