/*
 * Prepares for a heap dump: brings objects that compiled code has scalar-replaced back to the heap,
 * so that the dump shows them and what they refer to. HotSpot does so, since Java 16, for all
 * threads at the start of FollowReferences; the walk itself ends at the roots. Java 22 and later
 * need no native code for this: ExactRoots.java.
 */
#ifndef EXACT_ROOTS_H
#define EXACT_ROOTS_H

#include <jvmti.h>

/* Returns 0, or the code of the JNI or JVMTI error that kept it from its work. */
jint exact_roots(JavaVM *vm);

#endif
