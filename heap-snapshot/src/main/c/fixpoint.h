/*
 * Decides all candidates at once: marks from what is live, makes a candidate live when what can
 * end its wait is reached, and goes on until nothing changes; then the same with weak and soft
 * references, and with interrupts by whoever has the Thread.
 */
#ifndef STRANDED_FIXPOINT_H
#define STRANDED_FIXPOINT_H

#include "marking.h"
#include "threads.h"

struct fixpoint {
  struct marking live;
  struct marking weak;
  /* What only candidates lead to that are not live by strong references. */
  struct marking island;
  /* The addresses of all that was ever met on the island, and may be live since. */
  struct vec island_order;
  /* So many of them, the first, are surely led to; words alone lead to the others. */
  size_t island_surely;
  /* Those of them that weak references of live objects lead to. */
  struct vec weakly_reached;
};

void fixpoint_run(struct fixpoint *fixpoint, const struct rules *rules);

void fixpoint_close(struct fixpoint *fixpoint);

/* The latest stage in which a candidate became live. */
enum stage latest_stage(void);

#endif
