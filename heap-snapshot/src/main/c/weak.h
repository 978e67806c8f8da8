/*
 * Weak JNI references, by which native code may get at an object though nothing else leads to it.
 * JVMTI tells nobody of them.
 */
#ifndef STRANDED_WEAK_H
#define STRANDED_WEAK_H

#include "heap.h"

/* Offers every object that one of them leads to. */
void weak_references(void (*hear)(void *, addr), void *hearer);

#endif
