/*
 * Reads what was written of an island, as IslandFile.java does.
 */
#ifndef STRANDED_READ_ISLAND_H
#define STRANDED_READ_ISLAND_H

#include "fake_threads.h"

enum { IS_LIVE = 1, IS_STUB = 2 };

/* A record; what one of its kind does not have is 0. */
struct record {
  char tag;
  /* What it tells of, and where that leads. */
  addr object;
  addr other;
  addr owner;
  int32_t type;
  unsigned kind;
  unsigned stage;
  unsigned flags;
  /* Bytes, or elements. */
  int64_t size;
  int64_t number;
  const char *contents;
};

/* Decides, writes an island, and reads it. */
struct shared *tell(struct fixpoint *fixpoint);

int record_count(void);
const struct record *record_at(int index);

/* The only record of a kind and an object, or NULL. */
const struct record *told(char tag, addr object);

/* Whether an object is told with these flags alone; or as one of which only is said that it lives. */
bool is_whole(char tag, addr object, unsigned flags);
bool is_stub(char tag, addr object);

/* Whether there is just one of a kind that leads from one object to the other. */
bool leads(char tag, addr object, addr other);

#endif
