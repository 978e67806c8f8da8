/*
 * Handles: what native code and the JVM's own code have in hand of a thread, where the collector
 * looks for it.
 */
#ifndef STRANDED_HANDLES_H
#define STRANDED_HANDLES_H

#include "heap.h"

/* Offers the words of a piece of memory that may be objects. */
void offer_words(addr from, addr to, void (*hear)(void *, addr), void *hearer);

/* Offers what a thread's JNI handles and those of the JVM's own code lead to. */
void handles_offer(addr java_thread, void (*hear)(void *, addr), void *hearer);

/*
 * Offers the JNI handles of native code that has called Java, of which its stack keeps the lists.
 * JVMTI tells them where there is a Java frame behind that code: not of a native thread that has
 * attached itself.
 */
void handles_offer_of_callers(addr java_thread, addr from, addr to, void (*hear)(void *, addr),
                              void *hearer);

#endif
