/*
 * The roots, as JVMTI reports them at a safepoint, with the objects themselves: the tag that a
 * callback may set lies beside the object in HotSpot's wrapper, and what lies around it proves at
 * every single call that it is so.
 */
#ifndef STRANDED_ROOTS_H
#define STRANDED_ROOTS_H

#include <jvmti.h>
#include <stdbool.h>

#include "vm_layout.h"

struct root {
  addr object;
  int64_t size;
  /* Of whose stack; -1 for none. */
  int64_t thread_id;
  int64_t location;
  jmethodID method;
  int32_t depth;
  int32_t kind;
  /* The next of the same candidate, or -1. */
  int64_t next;
};

struct root_list {
  struct root *items;
  int64_t count;
  int64_t capacity;
  /* What is wrong with them; NULL if nothing is. */
  const char *problem;
  /* When the first was reported, by the monotonic clock. */
  int64_t first_nanos;
};

/* The monotonic clock. */
int64_t now_nanos(void);

/* Makes room, before the target stands still. Returns false if there is no memory. */
bool roots_open(struct root_list *roots);

void roots_close(struct root_list *roots);

/* Who hears of the roots. */
struct roots_hearer {
  /*
   * Called once, on the thread that reports, while all others stand still: after all stacks and
   * most of the rest. True in the process that is to hear of the others too; the walk is at its
   * end for whoever returns false.
   */
  bool (*fork)(void *argument);
  /* Called in that process when all roots are known, or something is wrong. Never returns. */
  void (*at_end)(void *argument);
  void *argument;
};

/*
 * Has all roots reported. Objects that compiled code keeps in registers are on the heap by then.
 * Returns the error of JVMTI.
 *
 * The JVM's own oops are the last roots, and a short list without a lock. They are left to the
 * forked process: a walk that ends among its roots has no marks to take back, for which JDK 17
 * looks at every object of the heap.
 */
jvmtiError roots_collect(jvmtiEnv *jvmti, struct root_list *roots,
                         const struct roots_hearer *hearer);

/* Says what is wrong with the roots, by the heap that they lie in; NULL if nothing is. */
const char *roots_check(const struct root_list *roots);

#endif
