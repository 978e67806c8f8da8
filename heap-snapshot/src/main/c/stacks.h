/*
 * Stacks, word by word: whatever looks like an object counts as one. So nothing that compiled
 * code, native code or the JVM itself has in hand is missed.
 */
#ifndef STRANDED_STACKS_H
#define STRANDED_STACKS_H

#include "heap.h"

/* What a thread does while it is looked at. */
enum activity {
  /* It may run, or carry a virtual thread, whose frames JVMTI does not see through. */
  ACTIVE,
  /* It may be in native code, which is asked of it. */
  MAYBE_IN_NATIVE,
  /* It waits. */
  WAITS
};

/*
 * Offers the words of a thread's stack, of its handles and of the JVM's structure for it.
 *
 * A thread that was stopped while it ran has frames of the JVM below its last Java frame, and may
 * have in hand what only these and the structure know. One that rests, in a wait or in native
 * code, has nothing there: the JVM's code keeps in handles what it needs across a wait, and the
 * rest is what earlier calls left. Its Java frames hold nothing, either, that JVMTI has not told,
 * but for the arguments of a native method on top, and of a call during which the JVM calls Java
 * code, to load or initialize a class: words in between were left there, perhaps for as long as
 * it rests.
 */
void stack_scan(addr java_thread, enum activity activity, void (*hear)(void *, addr), void *hearer);

/* The part of memory in which a thread's stack is in use. */
void stack_bounds(addr java_thread, bool rests, addr *from, addr *to);

#endif
