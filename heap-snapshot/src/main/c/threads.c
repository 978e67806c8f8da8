/* Reads the threads of the frozen image. */
#include "threads.h"

#include "chunks.h"
#include "fields.h"
#include "stacks.h"
#include "waits.h"

/* More threads that wait than a JVM has. */
#define MOST_CANDIDATES ((size_t)1 << 23)

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

size_t java_thread_count(void) {
  return threads.count;
}

const struct java_thread *java_thread_at(size_t index) {
  return vec_at(&threads, index);
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

bool is_started(addr thread) {
  return map_get(&started_threads, thread) != MAP_NONE;
}

bool is_live_thread(addr thread) {
  const struct candidate *candidate = candidate_of(thread);
  return is_started(thread) && (candidate == NULL || candidate->stage == LIVE_STRONG);
}

size_t thread_count(void) {
  return threads.count + virtual_count;
}

static const struct asked *asked_of(int64_t id) {
  static const struct asked any = {0, HANDLE_BY_INTERRUPT};
  uintptr_t index = map_get(&asked_by_id, (uintptr_t)id + 1);
  if (index != MAP_NONE) {
    return vec_at(&rules->asked, index);
  }
  return rules->all_threads ? &any : NULL;
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
  if (read_wait(&candidate)) {
    thread->candidate = true;
    add_candidate(&candidate);
  }
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
  fields_open(given_rules);
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
  } else if (marking->late) {
    candidate->handle_late = true;
  } else {
    candidate->handle_weak = true;
  }
  return false;
}

static void hear_word(void *marking, addr word) {
  marking_add_word(marking, word);
}

bool is_live_root(const struct root *root) {
  switch (root->kind) {
    case JVMTI_HEAP_REFERENCE_STACK_LOCAL:
    case JVMTI_HEAP_REFERENCE_JNI_LOCAL:
      return map_get(&candidates_by_id, (uintptr_t)root->thread_id + 1) == MAP_NONE &&
             root->thread_id != asker_id;
    case JVMTI_HEAP_REFERENCE_JNI_GLOBAL:
    case JVMTI_HEAP_REFERENCE_SYSTEM_CLASS:
    case JVMTI_HEAP_REFERENCE_OTHER:
      return true;
    default:
      return false;
  }
}

bool is_live_at_first(const struct java_thread *thread) {
  return !thread->candidate && thread->object != 0 && thread->at != asker;
}

void threads_mark_live(struct marking *marking) {
  for (size_t i = 0; i < threads.count; i++) {
    const struct java_thread *thread = vec_at(&threads, i);
    if (!is_live_at_first(thread)) {
      continue;
    }
    marking_enter_thread(marking, thread->object);
    if (thread->mounted != 0) {
      marking_enter_thread(marking, thread->mounted);
    }
  }
  for (int64_t i = 0; i < roots->count; i++) {
    if (is_live_root(&roots->items[i])) {
      marking_add(marking, roots->items[i].object);
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

void candidate_scan(const struct candidate *candidate, void (*hear)(void *, addr), void *hearer) {
  if (candidate->java_thread != 0) {
    stack_scan(candidate->java_thread, WAITS, hear, hearer);
  } else {
    virtual_scan(candidate->thread, hear, hearer);
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
                       : candidate->handle_strong || candidate->handle_weak ||
                             candidate->handle_late;
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
