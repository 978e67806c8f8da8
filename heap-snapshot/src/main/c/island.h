/*
 * Writes the island: what only candidates lead to, in the order of addresses, and of what is live
 * no more than that it is. The format is in IslandFile.java.
 */
#ifndef STRANDED_ISLAND_H
#define STRANDED_ISLAND_H

#include "fixpoint.h"
#include "roots.h"
#include "shared.h"

/* Writes it to an open file; gives up if there is no room or it is larger than allowed. */
void island_write(int file, const struct fixpoint *fixpoint, const struct rules *rules,
                  const struct root_list *roots, struct shared *shared);

#endif
