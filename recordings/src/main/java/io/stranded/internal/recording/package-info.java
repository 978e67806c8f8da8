/**
 * Recordings that somebody sends: JFR files and repositories, whole or damaged, read into findings.
 *
 * <p>{@link io.stranded.internal.recording.RecordingAnalyzer} is the way in. An input is located
 * and, where a chunk was cut or never finished, repaired; its events are read as a handful of plain
 * facts, whichever library reads them; the facts are folded, in any order, into what is known of
 * each thread; and what still waits at the end becomes suspects. Nothing here is ever proved: a
 * recording does not hold the heap.
 */
@NullMarked
package io.stranded.internal.recording;

import org.jspecify.annotations.NullMarked;
