/* Reads what threads wait on. */
#include "waits.h"

#include "fields.h"

static bool has_owner_rule(const struct klass *klass, uint32_t *offset) {
  for (const struct field_rule *rule = field_rule_at(klass->rules); rule != NULL;
       rule = field_rule_at(rule->next)) {
    if (rule->kind == RULE_OWNER) {
      *offset = rule->offset;
      return true;
    }
  }
  return false;
}

void read_park(struct candidate *candidate) {
  candidate->sync = reference_in(candidate->thread, ROLE_PARK_BLOCKER);
  candidate->kind = candidate->sync == 0 ? WAIT_BARE_PARK : WAIT_PARKED;
  if (candidate->sync == 0) {
    candidate->handle |= HANDLE_AT_ONCE;
    return;
  }
  const struct klass *klass = klass_of(candidate->sync);
  uint32_t offset;
  if (klass == NULL) {
    give_up("a thread is parked on an object of no known class");
  }
  if (has_owner_rule(klass, &offset)) {
    addr owner = load(candidate->sync + offset);
    if (owner != 0) {
      candidate->owned = true;
      candidate->owner = resolve(owner);
    }
  }
}

/* The object of a monitor, or 0. */
static addr object_of(addr monitor) {
  return monitor == 0 ? 0 : behind_handle(word_at(monitor + vm.monitor_object));
}

/* Whether a thread has locked an object in the light way, which leaves the monitor without owner. */
static bool has_locked(addr java_thread, addr object) {
  if (vm.thread_locks == NO_OFFSET) {
    return false;
  }
  addr end = java_thread + *(const uint32_t *)(java_thread + vm.thread_locks_end);
  for (addr at = java_thread + vm.thread_locks;
       at < end && at < java_thread + vm.thread_size; at += sizeof(addr)) {
    if (word_at(at) == object) {
      return true;
    }
  }
  return false;
}

/* The Thread that owns a monitor; 0 if that cannot be told. */
static addr owner_of(addr monitor) {
  addr owner = word_at(monitor + vm.monitor_owner);
  addr object = object_of(monitor);
  for (size_t i = 0; owner != 0 && i < java_thread_count(); i++) {
    const struct java_thread *thread = java_thread_at(i);
    addr base = word_at(thread->at + vm.thread_stack_base);
    bool on_stack = owner < base && owner >= base - word_at(thread->at + vm.thread_stack_size);
    bool by_id = vm.thread_monitor_id != NO_OFFSET &&
                 owner == word_at(thread->at + vm.thread_monitor_id);
    if (owner == thread->at || on_stack || by_id || has_locked(thread->at, object)) {
      /* What a carrier owns may be owned by the virtual thread on it. */
      return thread->mounted != 0 ? 0 : thread->object;
    }
  }
  return 0;
}

bool read_wait(struct candidate *candidate) {
  int32_t status = status_of(candidate->thread);
  if (status & STATUS_ENTERING) {
    addr monitor = word_at(candidate->java_thread + vm.thread_pending_monitor);
    candidate->kind = WAIT_ENTER;
    candidate->sync = object_of(monitor);
    candidate->owned = true;
    candidate->owner = monitor == 0 ? 0 : owner_of(monitor);
    candidate->handle = 0;
    return candidate->sync != 0 && candidate->owner != 0;
  }
  bool ticks = (candidate->handle & HANDLE_OF_TICKER) != 0;
  if (!(status & (ticks ? STATUS_WAITING_WITH_TIMEOUT : STATUS_WAITING_INDEFINITELY))) {
    return false;
  }
  if (status & STATUS_IN_OBJECT_WAIT) {
    candidate->kind = WAIT_MONITOR;
    candidate->sync = object_of(word_at(candidate->java_thread + vm.thread_waiting_monitor));
    if (candidate->sync == 0) {
      return false;
    }
    candidate->sync = resolve(candidate->sync);
    const struct klass *klass = klass_of(candidate->sync);
    /* Joining a thread is waiting on it, and its end is what is waited for. */
    candidate->owned = klass != NULL && klass->thread && is_started(candidate->sync);
    candidate->owner = candidate->owned ? candidate->sync : 0;
    return true;
  }
  if (status & STATUS_PARKED) {
    read_park(candidate);
    return true;
  }
  return false;
}

bool waits(addr thread) {
  int32_t bits = STATUS_WAITING_INDEFINITELY | STATUS_WAITING_WITH_TIMEOUT | STATUS_ENTERING;
  return thread != 0 && (status_of(thread) & bits) != 0;
}
