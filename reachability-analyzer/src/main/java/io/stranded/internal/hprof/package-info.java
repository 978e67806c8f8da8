/**
 * The HPROF file format: mapped bytes, records and sub-records, and nothing of what they mean.
 *
 * <p>Offsets are file offsets in bytes; ids are object addresses in the dumped JVM. Everything is
 * validated where it is read: what a file claims is never trusted further than its own length.
 */
@NullMarked
package io.stranded.internal.hprof;

import org.jspecify.annotations.NullMarked;
