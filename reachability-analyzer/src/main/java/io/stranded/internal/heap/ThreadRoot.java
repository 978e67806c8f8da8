package io.stranded.internal.heap;

import java.util.List;

/**
 * A root that names a started thread.
 *
 * @param object the instance of {@code java.lang.Thread} or a subclass
 * @param traceSerial the serial number of its stack trace
 * @param roots what its stack keeps alive, in the order of the dump
 */
public record ThreadRoot(HeapObject object, long traceSerial, List<GcRoot> roots) {}
