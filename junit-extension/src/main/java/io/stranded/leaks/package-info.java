/**
 * Leaked threads of our own JVM, for tests: found, attributed to the test that started them, and
 * proved to be stranded or not. Needs no test framework.
 */
@NullMarked
package io.stranded.leaks;

import org.jspecify.annotations.NullMarked;
