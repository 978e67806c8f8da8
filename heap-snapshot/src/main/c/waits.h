/*
 * What threads wait on, and whose life alone can end a wait.
 */
#ifndef STRANDED_WAITS_H
#define STRANDED_WAITS_H

#include "threads.h"

/* Reads what a platform thread waits on; false if it does not wait, or nothing tells on what. */
bool read_wait(struct candidate *candidate);

/* Reads what a parked thread is parked on. */
void read_park(struct candidate *candidate);

/* Whether a Thread's status says that it waits, sleeps or is parked. */
bool waits(addr thread);

/* Reads what a virtual thread in Object.wait waits on; false if that is not told. */
bool read_virtual_wait(struct candidate *candidate);

#endif
