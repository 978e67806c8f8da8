/*
 * Tells the shortest way by which live code reaches what a live thread waits on: who could still
 * end its wait, and has not. Of a thread that is in no such wait, to its Thread. Goes over the live heap once more, breadth first and not without end.
 */
#ifndef STRANDED_WAYS_H
#define STRANDED_WAYS_H

#include "fixpoint.h"
#include "rules.h"
#include "shared.h"

/* Memory that it may take beside its marks. */
#define WAYS_BYTES ((int64_t)96 << 20)

/* The last that is done with a fixpoint: the stages of the candidates are lost. */
void ways_find(const struct fixpoint *fixpoint, const struct rules *rules,
               const struct root_list *roots, struct shared *shared);

#endif
