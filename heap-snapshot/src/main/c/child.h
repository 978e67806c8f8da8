/*
 * The forked child as a process: born without anybody's handlers, deaf to all but its end, in
 * nobody's way; and its parent's part, which always reaps it.
 */
#ifndef STRANDED_CHILD_H
#define STRANDED_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "shared.h"

struct child_limits {
  int32_t deadline_seconds;
  int32_t niceness;
  /* Memory that must stay free while the child lives. */
  int64_t reserve_bytes;
};

/* Forks, without handlers of pthread_atfork. Returns the pid, 0 in the child, or -errno. */
pid_t child_fork(void);

/* To be called by the child first. Keeps one descriptor, as 0, and closes all others. */
void child_settle(struct shared *shared, int kept, pid_t parent,
                  const struct child_limits *limits);

/* Ends the child with an outcome. */
_Noreturn void child_exit(enum outcome outcome);

/*
 * Waits until the child is gone, and kills it where it takes too long or too much.
 * Returns NULL if it came to an end by itself, or why not; valid until the next call.
 */
const char *child_await(pid_t child, const struct shared *shared,
                        const struct child_limits *limits);

#endif
