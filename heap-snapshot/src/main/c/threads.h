/*
 * The threads of the frozen image: which of them wait without a timeout, and on what. All of it is
 * read in the image itself, so it is of the same moment as the heap.
 */
#ifndef STRANDED_THREADS_H
#define STRANDED_THREADS_H

#include <stdbool.h>

#include "marking.h"
#include "roots.h"
#include "rules.h"

/* What a candidate does. The numbers stand in the result. */
enum wait_kind {
  /* Parked on a blocker. */
  WAIT_PARKED = 0,
  /* Parked without one. */
  WAIT_BARE_PARK = 1,
  /* In Object.wait. */
  WAIT_MONITOR = 2,
  /* Entering a monitor. */
  WAIT_ENTER = 3,
  /* In Object.wait on something that its stack holds, but nothing tells which. */
  WAIT_UNKNOWN = 4
};

/* When a candidate became live. The numbers stand in the result. */
enum stage { LIVE_STRONG = 0, LIVE_WEAK = 1, LIVE_HANDLE = 2, LIVE_NEVER = 3 };

/* A started platform thread. */
struct java_thread {
  /* The JVM's own structure. */
  addr at;
  /* Its Thread, and the virtual one that is mounted on it; 0 for none. */
  addr object;
  addr mounted;
  bool candidate;
};

struct candidate {
  addr thread;
  /* The JVM's own structure, or 0 for a virtual thread. */
  addr java_thread;
  int64_t id;
  enum wait_kind kind;
  /* What it waits on; 0 if that is not known, or nothing. */
  addr sync;
  /* Whether only the life of an owner ends the wait; the owner, or 0 if it has ended. */
  bool owned;
  addr owner;
  uint32_t handle;
  enum stage stage;
  /* Whether a strong reference leads to the thread, or a weak one, or one of a late stage. */
  bool handle_strong;
  bool handle_weak;
  bool handle_late;
  /* The first of its roots, or -1. */
  int64_t roots;
};

/* Reads the threads. Whoever is not a candidate is live. */
void threads_open(const struct rules *rules, struct root_list *roots);

void threads_close(void);

size_t java_thread_count(void);
const struct java_thread *java_thread_at(size_t index);

/* Whether a Thread is that of a platform thread, or mounted on one. */
bool is_started(addr thread);

size_t candidate_count(void);
struct candidate *candidate_at(size_t index);

/* The candidate whose Thread this is, or NULL. */
struct candidate *candidate_of(addr thread);

/* Whether a root is no candidate's, nor of the thread that takes the snapshot. */
bool is_live_root(const struct root *root);

/* Whether a thread is neither. */
bool is_live_at_first(const struct java_thread *thread);

/* Marks all threads that are no candidates, but nothing that only words on their stacks tell. */
void threads_mark_live(struct marking *marking);

/* Marks what words on their stacks may lead to. */
void threads_scan_live(struct marking *marking);

/*
 * Marks the virtual threads that were met in the runtime's registries and are no candidates: the
 * JVM itself may be all that knows them, as those that it will let into a monitor.
 */
void threads_mark_registered(struct marking *marking);

/*
 * Marks the virtual threads that only such words led to on the island, and what they keep: they
 * may be what a collection has left behind of a thread that it moved, and are nobody's to judge.
 * Whether there were any that were not live.
 */
bool threads_mark_doubtful(struct marking *marking);

/* Marks a candidate, with what its stack holds. */
void candidate_mark(struct marking *marking, const struct candidate *candidate);

/* Marks a candidate, but nothing that only words on its stack tell. */
void candidate_mark_exactly(struct marking *marking, const struct candidate *candidate);

/* Whether what can end the candidate's wait is marked or live. */
bool candidate_is_woken(const struct candidate *candidate, const struct marking *marking);

/* Offers all words of a candidate's stack that may be objects. */
void candidate_scan(const struct candidate *candidate, void (*hear)(void *, addr), void *hearer);

/* Whether a Thread is started, and no candidate that strong references do not reach. */
bool is_live_thread(addr thread);

/* Started threads, candidates included; of virtual ones those that were met. */
size_t thread_count(void);

#endif
