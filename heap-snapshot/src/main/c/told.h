/*
 * What of the island is told: all that candidates surely lead to. Of the rest, to which words on
 * their stacks alone lead, only what leads back there matters: a word that an earlier call left
 * may lead to any amount of garbage.
 */
#ifndef STRANDED_TOLD_H
#define STRANDED_TOLD_H

#include "fixpoint.h"

void told_choose(const struct fixpoint *fixpoint);

bool is_told(addr object);

void told_close(void);

#endif
