/* Reads the threads of the frozen image. */
#include "threads.h"

#include "stacks.h"

/* The bits of a thread's status, as JVMTI defines them. */
#define STATUS_WAITING_INDEFINITELY 0x10
#define STATUS_WAITING_WITH_TIMEOUT 0x20
#define STATUS_IN_OBJECT_WAIT 0x100
#define STATUS_PARKED 0x200
#define STATUS_ENTERING 0x400

/* A suspended virtual thread has this bit beside its state. */
#define VIRTUAL_SUSPENDED 0x100

/* More pieces than the stack of a virtual thread is ever cut into. */
#define MOST_CHUNKS (1 << 20)

/* More threads that wait than a JVM has. */
#define MOST_CANDIDATES ((size_t)1 << 23)

/* Words below the stack pointer of a frozen frame that belong to it. */
#define CHUNK_MARGIN 8

struct java_thread {
  addr at;
  addr object;
  addr mounted;
  bool candidate;
};

static const struct rules *rules;
static struct root_list *roots;
static struct vec threads;
static struct vec candidates;
static struct map started_threads;
static struct vec registered;
static struct vec doubtful;
static struct map candidates_by_thread;
static struct map candidates_by_id;
static struct map asked_by_id;
static size_t virtual_count;
static addr asker;
static int64_t asker_id;

static bool has_role(enum role role) {
  return rules->roles[role] != NO_ROLE;
}

static addr field_at(addr object, enum role role) {
  return object + (addr)(uint32_t)rules->roles[role];
}

static addr reference(addr object, enum role role) {
  addr found = load(field_at(object, role));
  return found == 0 ? 0 : resolve(found);
}

size_t candidate_count(void) {
  return candidates.count;
}

struct candidate *candidate_at(size_t index) {
  return vec_at(&candidates, index);
}

struct candidate *candidate_of(addr thread) {
  uintptr_t index = map_get(&candidates_by_thread, thread);
  return index == MAP_NONE ? NULL : candidate_at(index);
}

static bool is_started(addr thread) {
  return map_get(&started_threads, thread) != MAP_NONE;
}

bool is_live_thread(addr thread) {
  const struct candidate *candidate = candidate_of(thread);
  return is_started(thread) && (candidate == NULL || candidate->stage == LIVE_STRONG);
}

size_t thread_count(void) {
  return threads.count + virtual_count;
}

static int64_t id_of(addr thread) {
  return *(const int64_t *)field_at(thread, ROLE_THREAD_ID);
}

static const struct asked *asked_of(int64_t id) {
  static const struct asked any = {0, HANDLE_BY_INTERRUPT};
  uintptr_t index = map_get(&asked_by_id, (uintptr_t)id + 1);
  if (index != MAP_NONE) {
    return vec_at(&rules->asked, index);
  }
  return rules->all_threads ? &any : NULL;
}

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

static void read_park(struct candidate *candidate) {
  candidate->sync = reference(candidate->thread, ROLE_PARK_BLOCKER);
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
  for (size_t i = 0; owner != 0 && i < threads.count; i++) {
    const struct java_thread *thread = vec_at(&threads, i);
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

/* Reads what a platform thread waits on; false if it does not wait, or nothing tells on what. */
static bool read_wait(struct candidate *candidate, int32_t status) {
  if (status & STATUS_ENTERING) {
    addr monitor = word_at(candidate->java_thread + vm.thread_pending_monitor);
    candidate->kind = WAIT_ENTER;
    candidate->sync = object_of(monitor);
    candidate->owned = true;
    candidate->owner = monitor == 0 ? 0 : owner_of(monitor);
    candidate->handle = 0;
    return candidate->sync != 0 && candidate->owner != 0;
  }
  if (!(status & STATUS_WAITING_INDEFINITELY)) {
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

static int32_t status_of(addr thread) {
  addr holder = has_role(ROLE_THREAD_HOLDER) ? reference(thread, ROLE_THREAD_HOLDER) : 0;
  if (holder != 0) {
    return int_at(field_at(holder, ROLE_HOLDER_STATUS));
  }
  return has_role(ROLE_THREAD_STATUS) ? int_at(field_at(thread, ROLE_THREAD_STATUS)) : 0;
}

/* Whether a live thread's status says that it waits, sleeps or is parked. */
static bool waits(addr object) {
  int32_t bits = STATUS_WAITING_INDEFINITELY | STATUS_WAITING_WITH_TIMEOUT | STATUS_ENTERING;
  return object != 0 && (status_of(object) & bits) != 0;
}

static struct candidate *add_candidate(const struct candidate *candidate) {
  if (candidates.count == MOST_CANDIDATES) {
    give_up("too many threads wait");
  }
  map_put(&candidates_by_thread, candidate->thread, candidates.count);
  map_put(&candidates_by_id, (uintptr_t)candidate->id + 1, candidates.count);
  struct candidate *added = vec_add(&candidates, sizeof *added);
  *added = *candidate;
  added->stage = LIVE_NEVER;
  added->roots = -1;
  return added;
}

static void read_platform_thread(struct java_thread *thread) {
  const struct asked *asked = asked_of(id_of(thread->object));
  if (asked == NULL) {
    return;
  }
  struct candidate candidate = {.thread = thread->object,
                                .java_thread = thread->at,
                                .id = id_of(thread->object),
                                .handle = asked->handle};
  if (read_wait(&candidate, status_of(thread->object))) {
    thread->candidate = true;
    add_candidate(&candidate);
  }
}

enum virtual_state { VIRTUAL_RUNS, VIRTUAL_IS_PARKED, VIRTUAL_IS_IN_WAIT };

/* What a virtual thread does; nothing is told of waits with a timeout. */
static enum virtual_state virtual_state_of(addr thread) {
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

/* The candidate; a virtual thread that was not met before is looked at first. */
static struct candidate *candidate_or_new(addr thread) {
  struct candidate *known = candidate_of(thread);
  if (known != NULL || is_started(thread)) {
    return known;
  }
  const struct klass *klass = klass_of(thread);
  if (klass == NULL || !klass->virtual_thread) {
    return NULL;
  }
  enum virtual_state state = virtual_state_of(thread);
  const struct asked *asked = state == VIRTUAL_RUNS ? NULL : asked_of(id_of(thread));
  if (asked == NULL) {
    return NULL;
  }
  struct candidate candidate = {.thread = thread, .id = id_of(thread), .handle = asked->handle};
  virtual_count++;
  if (state == VIRTUAL_IS_PARKED) {
    read_park(&candidate);
  } else {
    candidate.kind = WAIT_UNKNOWN;
  }
  return add_candidate(&candidate);
}

static void sort_roots(void) {
  for (int64_t i = roots->count - 1; i >= 0; i--) {
    struct root *root = &roots->items[i];
    if (root->thread_id >= 0) {
      uintptr_t index = map_get(&candidates_by_id, (uintptr_t)root->thread_id + 1);
      if (index != MAP_NONE) {
        root->next = candidate_at(index)->roots;
        candidate_at(index)->roots = i;
      }
    }
  }
}

/*
 * The thread that takes the snapshot counts for nothing: it has references to all classes. Of all
 * others those are live at first that JVMTI and the JVM's list have; candidates are taken out.
 */
void threads_open(const struct rules *given_rules, struct root_list *given_roots) {
  rules = given_rules;
  roots = given_roots;
  /* They may not move: whoever looks at one may find another. */
  vec_reserve(&candidates, sizeof(struct candidate), MOST_CANDIDATES);
  addr asker_object = behind_handle((addr)rules->asker);
  asker_object = asker_object == 0 ? 0 : resolve(asker_object);
  asker = 0;
  for (size_t i = 0; i < rules->asked.count; i++) {
    const struct asked *asked = vec_at(&rules->asked, i);
    map_put(&asked_by_id, (uintptr_t)asked->thread_id + 1, i);
  }
  addr list = word_at(vm.thread_list);
  int32_t count = int_at(list + vm.list_length);
  for (int32_t i = 0; i < count; i++) {
    struct java_thread thread = {0};
    thread.at = word_at(word_at(list + vm.list_threads) + (addr)i * sizeof(addr));
    addr object = behind_handle(word_at(thread.at + vm.thread_object));
    addr mounted = vm.thread_mounted == NO_OFFSET
                       ? 0
                       : behind_handle(word_at(thread.at + vm.thread_mounted));
    thread.object = object == 0 ? 0 : resolve(object);
    thread.mounted = mounted == 0 || resolve(mounted) == thread.object ? 0 : resolve(mounted);
    if (thread.object != 0) {
      const struct klass *klass = klass_of(thread.object);
      if (klass == NULL || !klass->thread) {
        give_up("the object of a thread is no Thread");
      }
      map_put(&started_threads, thread.object, thread.at);
      if (thread.object == asker_object) {
        asker = thread.at;
        asker_id = id_of(thread.object);
      }
    }
    if (thread.mounted != 0) {
      map_put(&started_threads, thread.mounted, thread.at);
      virtual_count++;
    }
    *(struct java_thread *)vec_add(&threads, sizeof thread) = thread;
  }
  if (asker == 0) {
    give_up("the thread that takes the snapshot is not among the threads");
  }
  for (size_t i = 0; i < threads.count; i++) {
    struct java_thread *thread = vec_at(&threads, i);
    if (thread->object != 0 && thread->at != asker) {
      read_platform_thread(thread);
    }
  }
  sort_roots();
}

void threads_close(void) {
  vec_free(&threads);
  vec_free(&candidates);
  map_free(&started_threads);
  vec_free(&registered);
  vec_free(&doubtful);
  map_free(&candidates_by_thread);
  map_free(&candidates_by_id);
  map_free(&asked_by_id);
  virtual_count = 0;
}

/* --- marking --- */

bool thread_is_entered(struct marking *marking, addr thread, const struct klass *klass) {
  bool surely = klass->virtual_thread && !marking->tolerant;
  struct candidate *candidate = surely ? candidate_or_new(thread) : candidate_of(thread);
  if (candidate == NULL && klass->virtual_thread) {
    if (marking->stops_at_threads) {
      *(addr *)vec_add(&registered, sizeof(addr)) = thread;
    } else if (!surely && marking->pass == PASS_EVERYTHING && !is_started(thread) &&
               virtual_state_of(thread) != VIRTUAL_RUNS) {
      *(addr *)vec_add(&doubtful, sizeof(addr)) = thread;
    }
  }
  if (candidate == NULL || marking->pass == PASS_EVERYTHING) {
    return true;
  }
  if (candidate->stage != LIVE_NEVER) {
    return true;
  }
  if (marking->pass == PASS_LIVE) {
    candidate->handle_strong = true;
  } else {
    candidate->handle_weak = true;
  }
  return false;
}

static void hear_word(void *marking, addr word) {
  marking_add_word(marking, word);
}

void threads_mark_live(struct marking *marking) {
  for (size_t i = 0; i < threads.count; i++) {
    const struct java_thread *thread = vec_at(&threads, i);
    if (thread->candidate || thread->object == 0 || thread->at == asker) {
      continue;
    }
    marking_enter_thread(marking, thread->object);
    if (thread->mounted != 0) {
      marking_enter_thread(marking, thread->mounted);
    }
  }
  for (int64_t i = 0; i < roots->count; i++) {
    const struct root *root = &roots->items[i];
    bool counts = root->kind == JVMTI_HEAP_REFERENCE_JNI_GLOBAL ||
                  root->kind == JVMTI_HEAP_REFERENCE_SYSTEM_CLASS ||
                  root->kind == JVMTI_HEAP_REFERENCE_OTHER;
    if (root->kind == JVMTI_HEAP_REFERENCE_STACK_LOCAL ||
        root->kind == JVMTI_HEAP_REFERENCE_JNI_LOCAL) {
      counts = map_get(&candidates_by_id, (uintptr_t)root->thread_id + 1) == MAP_NONE &&
               root->thread_id != asker_id;
    }
    if (counts) {
      marking_add(marking, root->object);
    }
  }
  marking_drain_exactly(marking);
}

void threads_scan_live(struct marking *marking) {
  for (size_t i = 0; i < threads.count; i++) {
    const struct java_thread *thread = vec_at(&threads, i);
    if (!thread->candidate && thread->at != asker) {
      enum activity activity = thread->mounted != 0     ? ACTIVE
                               : waits(thread->object) ? WAITS
                                                       : MAYBE_IN_NATIVE;
      stack_scan(thread->at, activity, hear_word, marking);
    }
  }
}

void threads_mark_registered(struct marking *marking) {
  while (registered.count > 0) {
    marking_enter_thread(marking, *(addr *)vec_at(&registered, --registered.count));
    marking_drain_exactly(marking);
  }
}

bool threads_mark_doubtful(struct marking *marking) {
  bool any = false;
  while (doubtful.count > 0) {
    addr thread = *(addr *)vec_at(&doubtful, --doubtful.count);
    any |= !is_marked(&marking->own, thread);
    marking_add_word(marking, thread);
  }
  return any;
}

void candidate_mark_exactly(struct marking *marking, const struct candidate *candidate) {
  marking_enter_thread(marking, candidate->thread);
  for (int64_t i = candidate->roots; i >= 0; i = roots->items[i].next) {
    marking_add(marking, roots->items[i].object);
  }
  marking_drain_exactly(marking);
}

void candidate_mark(struct marking *marking, const struct candidate *candidate) {
  candidate_mark_exactly(marking, candidate);
  if (candidate->java_thread != 0) {
    marking_drain(marking);
    stack_scan(candidate->java_thread, WAITS, hear_word, marking);
  }
}

static addr chunk_of(const struct candidate *candidate) {
  if (!has_role(ROLE_CONTINUATION) || !has_role(ROLE_CONTINUATION_TAIL)) {
    return 0;
  }
  addr continuation = reference(candidate->thread, ROLE_CONTINUATION);
  return continuation == 0 ? 0 : reference(continuation, ROLE_CONTINUATION_TAIL);
}

void candidate_scan(const struct candidate *candidate, void (*hear)(void *, addr), void *hearer) {
  if (candidate->java_thread != 0) {
    stack_scan(candidate->java_thread, WAITS, hear, hearer);
    return;
  }
  int chunks = 0;
  for (addr chunk = chunk_of(candidate); chunk != 0; chunk = reference(chunk, ROLE_CHUNK_PARENT)) {
    const struct klass *klass = klass_of(chunk);
    if (klass == NULL || klass->shape != CHUNK || ++chunks > MOST_CHUNKS) {
      give_up("the stack of a virtual thread is not as expected");
    }
    chunk_scan(chunk, klass, hear, hearer);
  }
}

bool chunk_is_sound(addr chunk, const struct klass *klass) {
  int32_t sp = int_at(field_at(chunk, ROLE_CHUNK_SP));
  int32_t size = int_at(field_at(chunk, ROLE_CHUNK_SIZE));
  return size >= 0 && sp >= 0 && sp <= size &&
         is_readable(chunk, chunk + klass->size + (addr)size * sizeof(addr));
}

void chunk_scan(addr chunk, const struct klass *klass, void (*hear)(void *, addr), void *hearer) {
  if (!chunk_is_sound(chunk, klass)) {
    give_up("the stack of a virtual thread is not as expected");
  }
  int32_t sp = int_at(field_at(chunk, ROLE_CHUNK_SP));
  int32_t size = int_at(field_at(chunk, ROLE_CHUNK_SIZE));
  addr start = chunk + klass->size;
  addr from = start + (addr)(sp > CHUNK_MARGIN ? sp - CHUNK_MARGIN : 0) * sizeof(addr);
  addr to = start + (addr)size * sizeof(addr);
  for (addr at = from; at < to; at += sizeof(uint32_t)) {
    if (vm.narrow_oops) {
      addr narrow = decode(*(const uint32_t *)at);
      if (in_heap(narrow) && (narrow & 7) == 0) {
        hear(hearer, narrow);
      }
    }
    if ((at & 7) == 0 && in_heap(word_at(at)) && (word_at(at) & 7) == 0) {
      hear(hearer, word_at(at));
    }
  }
}

/* --- waking --- */

static bool is_reached(addr object, const struct marking *marking) {
  return is_marked(&marking->own, object) ||
         (marking->below != NULL && is_marked(marking->below, object));
}

static bool is_live(addr thread) {
  const struct candidate *candidate = candidate_or_new(thread);
  if (candidate != NULL) {
    return candidate->stage != LIVE_NEVER;
  }
  const struct klass *klass = klass_of(thread);
  /* A virtual thread that does not wait may run; a platform thread that is no more has ended. */
  return is_started(thread) || klass == NULL || klass->virtual_thread;
}

struct search {
  const struct candidate *candidate;
  const struct marking *marking;
  bool found;
};

static void look_for_reached(void *at, addr word) {
  struct search *search = at;
  if (search->found || !looks_like_object(word)) {
    return;
  }
  addr object = resolve(word);
  const struct klass *klass = klass_of(object);
  search->found = object != search->candidate->thread && klass->shape != MIRROR &&
                  is_reached(object, search->marking);
}

bool candidate_is_woken(const struct candidate *candidate, const struct marking *marking) {
  bool by_handle = marking->pass == PASS_LIVE
                       ? candidate->handle_strong
                       : candidate->handle_strong || candidate->handle_weak;
  if (by_handle && (candidate->handle & HANDLE_AT_ONCE)) {
    return true;
  }
  if (candidate->owned) {
    return candidate->owner != 0 && is_live(candidate->owner);
  }
  if (candidate->kind == WAIT_UNKNOWN) {
    struct search search = {candidate, marking, false};
    candidate_scan(candidate, look_for_reached, &search);
    return search.found;
  }
  return candidate->sync != 0 && is_reached(candidate->sync, marking);
}
