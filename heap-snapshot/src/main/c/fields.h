/*
 * The fields that the child itself reads, where the request says that they are.
 */
#ifndef STRANDED_FIELDS_H
#define STRANDED_FIELDS_H

#include <stdbool.h>

#include "heap.h"
#include "rules.h"

/* The bits of a thread's status, as JVMTI defines them. */
enum {
  STATUS_WAITING_INDEFINITELY = 0x10,
  STATUS_WAITING_WITH_TIMEOUT = 0x20,
  STATUS_IN_OBJECT_WAIT = 0x100,
  STATUS_PARKED = 0x200,
  STATUS_ENTERING = 0x400
};

/* What a virtual thread does; nothing is told of waits with a timeout. */
enum virtual_state { VIRTUAL_RUNS, VIRTUAL_IS_PARKED, VIRTUAL_IS_IN_WAIT };

/* Says where the fields are. */
void fields_open(const struct rules *rules);

/* Whether this JVM has such a field. */
bool has_role(enum role role);

/* Where an object has it. */
addr field_at(addr object, enum role role);

/* The object that it leads to, or 0. */
addr reference_in(addr object, enum role role);

/* The number of a Thread. */
int64_t id_of(addr thread);

/* The status of a Thread that is no virtual one. */
int32_t status_of(addr thread);

/* The state of a virtual Thread. */
enum virtual_state virtual_state_of(addr thread);

#endif
