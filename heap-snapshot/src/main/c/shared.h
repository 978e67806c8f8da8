/*
 * What parent and child share while the child lives: a page or two of memory. The child tells
 * here how far it got, and what the parent has to describe for it.
 */
#ifndef STRANDED_SHARED_H
#define STRANDED_SHARED_H

#include <stdint.h>

enum outcome { UNFINISHED = 0, ALL_LIVE = 1, ISLAND = 2, GAVE_UP = 3, CRASHED = 4 };

/* Threads of an island that the parent describes. */
#define MOST_DESCRIBED 65536

struct shared {
  volatile int32_t outcome;
  int32_t signal;
  /* Where the child was, for whoever reads of a crash. */
  const char *volatile step;
  char why[200];
  int64_t objects;
  int64_t roots;
  int64_t threads;
  int64_t candidates;
  int64_t counts[4];
  int64_t island_objects;
  int64_t island_bytes;
  int64_t marking_nanos;
  int64_t described_count;
  /* Ids of the candidates of the island, in their order. */
  int64_t described[MOST_DESCRIBED];
  /* Whether the parent has to describe a class; as many as it knows. */
  uint8_t wanted_classes[];
};

#endif
