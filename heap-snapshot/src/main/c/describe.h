/*
 * What the child cannot tell: names of classes and fields, and the stacks of threads that it found
 * unreached. If they are, they have not moved since. Appended to the island by the parent.
 */
#ifndef STRANDED_DESCRIBE_H
#define STRANDED_DESCRIBE_H

#include <stdio.h>

#include "request.h"
#include "shared.h"

/* Returns NULL, or what went wrong; valid until the next call. */
const char *describe(FILE *file, const struct jvm *jvm, const struct rules *rules,
                     const struct shared *shared);

#endif
