/**
 * Programs that leak threads, each pattern beside a healthy twin. Run in JVMs of their own; the
 * name of a thread says what is expected of it, see {@link io.stranded.corpus.Expected}.
 */
@NullMarked
package io.stranded.corpus;

import org.jspecify.annotations.NullMarked;
