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

/* Ways that are told, and links of one; of a longer one the middle is left out. */
#define MOST_WAYS 64
#define MOST_STEPS 24

enum step_kind { STEP_FIELD, STEP_STATIC, STEP_ELEMENT, STEP_OTHER, STEP_LEFT_OUT, STEP_END };

/* An object, and where it has the reference to the next one. */
struct way_step {
  enum step_kind kind;
  /* The class by the parent's index, or -1: of an object, or that has the static field. */
  int32_t type;
  /* The field's offset, the element's index, or how many objects are left out. */
  int64_t place;
};

/* The shortest way by which live code reaches what a thread waits on, or its Thread. */
struct way {
  int64_t thread_id;
  /* Whose stack or Thread it begins at, or -1; the method's id, or 0. */
  int64_t root_thread;
  const void *root_method;
  int32_t step_count;
  struct way_step steps[MOST_STEPS];
};

struct shared {
  volatile int32_t outcome;
  /* ALL_LIVE or ISLAND, once it is whole; then it stands, whatever the child ends by. */
  volatile int32_t verdict;
  int32_t signal;
  /* Where the child is, for whoever reads of a crash; told from its first step on. */
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
  int32_t way_count;
  struct way ways[MOST_WAYS];
  /* Ids of the candidates of the island, in their order. */
  int64_t described[MOST_DESCRIBED];
  /* Whether the parent has to describe a class; as many as it knows. */
  uint8_t wanted_classes[];
};

#endif
