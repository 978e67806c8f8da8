/* The parent's part of ways: names for classes, fields and methods. */
#ifndef STRANDED_DESCRIBE_WAYS_H
#define STRANDED_DESCRIBE_WAYS_H

#include <stdio.h>

#include "jvm.h"
#include "shared.h"

/* Writes a line for each thing that is known of each way; HeldWays.java reads them. */
void describe_ways(FILE *file, const struct jvm *jvm, const struct shared *shared);

#endif
