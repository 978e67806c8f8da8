/** Proofs about the JVM that we run in: which of its threads can never run again. */
@NullMarked
package io.stranded.internal.proof;

import org.jspecify.annotations.NullMarked;
