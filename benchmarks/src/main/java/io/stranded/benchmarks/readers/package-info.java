/**
 * One program per reader: opens a dump, marks everything reachable from the roots, and prints how
 * many objects that are. Each is written to be as fast as the library's public API allows.
 */
@NullMarked
package io.stranded.benchmarks.readers;

import org.jspecify.annotations.NullMarked;
