package io.stranded.finding;

/**
 * What a profile was proved on.
 *
 * @param complete whether the dump was read whole; if not, nothing in it is ever called leaked
 * @param roots how far its GC roots can be trusted
 * @param objects number of objects
 * @param bytes size of the dump file, uncompressed
 */
public record DumpInfo(boolean complete, RootPrecision roots, long objects, long bytes) {}
