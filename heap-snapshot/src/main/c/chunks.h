/*
 * The stacks of virtual threads that are not mounted, which are objects of the heap.
 */
#ifndef STRANDED_CHUNKS_H
#define STRANDED_CHUNKS_H

#include "heap.h"

/* Whether a piece of a stack is as it should be; what is left of one that was moved may not be. */
bool chunk_is_sound(addr chunk, const struct klass *klass);

/* Offers every word of a piece of a stack. */
void chunk_scan(addr chunk, const struct klass *klass, void (*hear)(void *, addr), void *hearer);

/* Offers every word of the stack of a virtual Thread. */
void virtual_scan(addr thread, void (*hear)(void *, addr), void *hearer);

#endif
