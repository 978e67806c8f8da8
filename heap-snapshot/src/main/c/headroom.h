/* How much memory this process may still use: by its control groups, and by the machine. */
#ifndef STRANDED_HEADROOM_H
#define STRANDED_HEADROOM_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes; INT64_MAX where nothing tells. */
int64_t headroom_bytes(void);

/* The same for the files of one control group, of version 2 or 1. */
int64_t headroom_of_group(const char *directory);

/*
 * Whether the kernel promises no memory that it may not have, by its setting in a file: then a fork
 * needs as much again as the process could write to.
 */
bool promises_are_kept(const char *setting);

#define OVERCOMMIT "/proc/sys/vm/overcommit_memory"

#endif
