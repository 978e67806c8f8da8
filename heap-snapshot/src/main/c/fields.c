/* Reads fields of the frozen heap. */
#include "fields.h"

/* A suspended virtual thread has this bit beside its state. */
#define VIRTUAL_SUSPENDED 0x100

static const struct rules *rules;

void fields_open(const struct rules *given) {
  rules = given;
}

bool has_role(enum role role) {
  return rules->roles[role] != NO_ROLE;
}

addr field_at(addr object, enum role role) {
  return object + (addr)(uint32_t)rules->roles[role];
}

addr reference_in(addr object, enum role role) {
  addr found = load(field_at(object, role));
  return found == 0 ? 0 : resolve(found);
}

int64_t id_of(addr thread) {
  return *(const int64_t *)field_at(thread, ROLE_THREAD_ID);
}

int32_t status_of(addr thread) {
  addr holder = has_role(ROLE_THREAD_HOLDER) ? reference_in(thread, ROLE_THREAD_HOLDER) : 0;
  if (holder != 0) {
    return int_at(field_at(holder, ROLE_HOLDER_STATUS));
  }
  return has_role(ROLE_THREAD_STATUS) ? int_at(field_at(thread, ROLE_THREAD_STATUS)) : 0;
}

enum virtual_state virtual_state_of(addr thread) {
  if (!has_role(ROLE_VIRTUAL_STATE)) {
    return VIRTUAL_RUNS;
  }
  int32_t state = int_at(field_at(thread, ROLE_VIRTUAL_STATE)) & ~VIRTUAL_SUSPENDED;
  if (rules->has_virtual_wait[VIRTUAL_PARKED] && state == rules->virtual_waits[VIRTUAL_PARKED]) {
    return VIRTUAL_IS_PARKED;
  }
  return rules->has_virtual_wait[VIRTUAL_WAITING] && state == rules->virtual_waits[VIRTUAL_WAITING]
             ? VIRTUAL_IS_IN_WAIT
             : VIRTUAL_RUNS;
}
