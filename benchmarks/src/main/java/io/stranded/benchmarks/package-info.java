/** Makes heap dumps, lets readers open and mark them in turn, and says what that takes. */
@NullMarked
package io.stranded.benchmarks;

import org.jspecify.annotations.NullMarked;
