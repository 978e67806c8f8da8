/**
 * The object graph of a heap dump: classes, objects, references and GC roots, and nothing of what
 * they mean.
 *
 * <p>Hot loops speak of objects by the file offset of their sub-record; ids, which are addresses,
 * stand in references and at the edges. An address that is not in the dump is normal: HotSpot's
 * dumps have dangling references.
 */
@NullMarked
package io.stranded.internal.heap;

import org.jspecify.annotations.NullMarked;
