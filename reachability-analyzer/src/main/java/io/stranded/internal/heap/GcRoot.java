package io.stranded.internal.heap;

/**
 * Something a thread's stack keeps alive.
 *
 * @param address the object
 * @param depth the frame that holds it, 0 for the innermost; -1 if no frame is known
 */
public record GcRoot(long address, int depth) {}
