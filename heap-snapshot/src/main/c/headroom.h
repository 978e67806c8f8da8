/* How much memory this process may still use: by its control groups, and by the machine. */
#ifndef STRANDED_HEADROOM_H
#define STRANDED_HEADROOM_H

#include <stdint.h>

/* Bytes; INT64_MAX where nothing tells. */
int64_t headroom_bytes(void);

/* The same for the files of one control group, of version 2 or 1. */
int64_t headroom_of_group(const char *directory);

#endif
