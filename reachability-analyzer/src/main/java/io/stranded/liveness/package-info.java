/**
 * Which threads of a heap can never run again, and why: the waits, the fixpoint, the findings.
 *
 * <p>One rule above all: a missing edge makes a live thread look leaked. Whatever is not known for
 * sure makes a thread live or its verdict inconclusive, never leaked.
 */
@NullMarked
package io.stranded.liveness;

import org.jspecify.annotations.NullMarked;
