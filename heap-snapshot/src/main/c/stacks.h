/*
 * Stacks, word by word: whatever looks like an object counts as one. So nothing that compiled
 * code, native code or the JVM itself has in hand is missed.
 */
#ifndef STRANDED_STACKS_H
#define STRANDED_STACKS_H

#include "heap.h"

/* Offers the words of a thread's stack, of its JNI handles and of the JVM's structure for it. */
void stack_scan(addr java_thread, void (*hear)(void *, addr), void *hearer);

/* The part of memory in which a thread's stack is in use. */
void stack_bounds(addr java_thread, addr *from, addr *to);

#endif
