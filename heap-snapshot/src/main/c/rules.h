/*
 * What the Java side says of classes, made from the analyzer's own rules: no name of a class of
 * the JDK stands in this library. Names are resolved to offsets in the parent, before the fork.
 */
#ifndef STRANDED_RULES_H
#define STRANDED_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"
#include "vm_layout.h"

/* How a reference counts. The most special class that says something of a field decides. */
enum rule_kind {
  /* Live code cannot use it. */
  RULE_SKIP,
  /* Counts in the stage of weak references. */
  RULE_DEFER,
  /* Counts, though the collector does not follow it. */
  RULE_FOLLOW,
  /* Of a thread: what nobody who holds the thread gets at. */
  RULE_PRIVATE,
  /* Of a lock: its owner, whose life alone can end a wait for it. Does not count itself. */
  RULE_OWNER,
  /* A static field that does not count. */
  RULE_SKIP_STATIC,
  /* A static field that leads to all virtual threads, and does not count. */
  RULE_REGISTRY
};

/* A field with a rule; the class is one of the parent's. */
struct rule {
  enum rule_kind kind;
  int32_t class_index;
  uint32_t offset;
};

/* A field that the child itself reads. */
enum role {
  ROLE_THREAD_ID,
  ROLE_THREAD_NAME,
  ROLE_GROUP_NAME,
  ROLE_STRING_VALUE,
  ROLE_THREAD_STATUS,
  ROLE_THREAD_HOLDER,
  ROLE_HOLDER_STATUS,
  ROLE_PARK_BLOCKER,
  ROLE_VIRTUAL_STATE,
  ROLE_CONTINUATION,
  ROLE_CONTINUATION_TAIL,
  ROLE_CHUNK_SP,
  ROLE_CHUNK_SIZE,
  ROLE_CHUNK_PARENT,
  ROLE_COUNT
};

enum { NO_ROLE = -1 };

/* A state of virtual threads in which they wait without a timeout. */
enum virtual_wait { VIRTUAL_PARKED, VIRTUAL_WAITING, VIRTUAL_WAIT_COUNT };

/*
 * How far the handle of a thread can end its wait, and whether one with a timeout counts too: of a
 * thread that acts again and again, which goes on for ever if nobody has what it waits on.
 */
enum { HANDLE_AT_ONCE = 1, HANDLE_BY_INTERRUPT = 2, HANDLE_OF_TICKER = 4 };

/* A thread that may be judged. */
struct asked {
  int64_t thread_id;
  uint32_t handle;
};

struct rules {
  struct vec rules;
  /* Offsets by role, or NO_ROLE where this JDK has no such field. */
  int32_t roles[ROLE_COUNT];
  int32_t thread_class;
  int32_t virtual_thread_class;
  int32_t chunk_class;
  /* Groups of threads, which are told apart by their names. */
  int32_t group_class;
  int32_t virtual_waits[VIRTUAL_WAIT_COUNT];
  bool has_virtual_wait[VIRTUAL_WAIT_COUNT];
  /* Classes whose live instances are written with what they hold, as queues of locks are: int32_t. */
  struct vec open_classes;
  /* Locks that give their threads away where the application has made a class of them: int32_t. */
  struct vec giving_classes;
  /* What knows these threads: int32_t. */
  struct vec knowing_classes;
  /* Classes that are always described: int32_t. */
  struct vec described_classes;
  /* The threads that may be judged; all if there are none. */
  struct vec asked;
  bool all_threads;
  /* The threads of which the way to what they wait on is told: int64_t. */
  struct vec ways;
  /* From which stage on a candidate is worth a result. */
  int32_t least_stage;
  /* The largest result, in bytes. */
  uint64_t most_bytes;
  /* The parent's classes: JNI references to their mirrors. */
  const void *const *classes;
  int32_t class_count;
  /* The thread that takes the snapshot: a JNI reference to it. */
  const void *asker;
};

#endif
