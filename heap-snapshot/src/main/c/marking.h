/*
 * Marks what is reachable, each object once, with one bit for eight bytes of heap. References
 * wait in a short queue while the processor fetches what they lead to.
 */
#ifndef STRANDED_MARKING_H
#define STRANDED_MARKING_H

#include <stdbool.h>

#include "heap.h"

/* What a pass of marking counts as a reference, a bit each for the loaders that it has followed. */
enum pass {
  /* The ways by which live code reaches objects. */
  PASS_LIVE = 1,
  /* The same, weak and soft references included. */
  PASS_WEAK = 2,
  /* Every reference there is, whoever may use it. */
  PASS_EVERYTHING = 4
};

struct marks {
  uint64_t *bits;
  size_t bytes;
};

struct marking {
  enum pass pass;
  struct marks own;
  /* What is marked here is left alone; NULL for none. */
  const struct marks *below;
  /* Whether what is no object may be met, since words that only look like references were roots. */
  bool tolerant;
  /* Whether threads count as live by now that nobody but holders of their handles can wake. */
  bool late;
  /* Whether threads are met, but nothing of what they keep. */
  bool stops_at_threads;
  int64_t objects;
  /* Addresses of marked objects in the order in which they were met, where that is asked for. */
  struct vec *order;
  /* The referents of weak and soft references passed over; those of what may be no object apart. */
  struct vec deferred;
  struct vec doubtful;
  /* Words met that may be objects, to be followed with care once all others are. */
  struct vec words;
};

void marks_open(struct marks *marks);
void marks_clear(struct marks *marks);
void marks_close(struct marks *marks);

static inline bool is_marked(const struct marks *marks, addr object) {
  size_t index = (object - vm.heap_start) >> 3;
  return marks->bits[index >> 6] >> (index & 63) & 1;
}

/* Marks an object, so that what it leads to is never followed. */
static inline void mark_only(struct marks *marks, addr object) {
  size_t index = (object - vm.heap_start) >> 3;
  marks->bits[index >> 6] |= (uint64_t)1 << (index & 63);
}

/* Adds a root. Call marking_drain to follow it. */
void marking_add(struct marking *marking, addr object);

/* Adds a root that may be no object, and is followed at once and with care. */
void marking_add_word(struct marking *marking, addr word);

/* Follows references until nothing new is reached, but no word that only looks like one. */
void marking_drain_exactly(struct marking *marking);

/* Follows references, and then words, until nothing new is reached. */
void marking_drain(struct marking *marking);

/* Follows everything that a thread keeps, though the thread itself may have been met before. */
void marking_enter_thread(struct marking *marking, addr thread);

/* Follows the classes, the loader and the constants of a class's loader. */
void marking_add_loader(struct marking *marking, addr loader_data);

/* Marks an object without following it: where it is now, or 0 if it was marked, or is no object. */
addr marking_meet(struct marking *marking, addr reference);

/*
 * Marks what an object refers to, and follows none of it; what was not marked before is told, until
 * whoever hears it has enough, and returns false.
 */
void marking_step(struct marking *marking, addr object, bool (*hear)(void *, addr), void *hearer);

/* Whether a pass has met a loader. */
bool is_loader_seen(enum pass pass, addr loader_data);

/* Forgets the loaders that these passes have met. */
void forget_loaders(uint8_t passes);

/* Forgets the locks whose threads were given away. */
void forget_given(void);

/* Whether a field, be it of instances or a static one, counts among the ways of live code. */
bool is_way(const struct klass *klass, uint32_t offset, bool is_static);

/* Whether the collector follows a field. */
bool is_in_runs(const struct klass *klass, uint32_t offset);

/* A thread was met: whether all it keeps is followed, or only what its subclass declares. */
bool thread_is_entered(struct marking *marking, addr thread, const struct klass *klass);

#endif
