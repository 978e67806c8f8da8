/* Finds who holds what threads wait on. */
#include "ways.h"

#include "fields.h"
#include "references.h"
#include "threads.h"
#include "waits.h"

/* Whatever is held is near to some root: what is farther than so many objects is not looked for. */
#define MOST_OBJECTS ((size_t)1 << 20)

/* Of a larger array no more elements are looked at: the others' ways would be for nothing. */
#define MOST_ELEMENTS ((size_t)1 << 16)

/* An object that was met, and from which: an earlier one, or a root. */
struct met {
  addr object;
  int64_t from;
};

/* Where an object was met that is a root itself; a root of the list is told by ROOT - 1 - index. */
#define ROOT ((int64_t)-1)

static struct {
  struct marking marking;
  struct vec met;
  /* What was met from the object that is looked at. */
  size_t from_here;
  /* From what is looked for to its place among the ways, and how many are not found yet. */
  struct map wanted;
  size_t left;
  /* From what a candidate waits on to the candidate, and from that to the next of the same. */
  struct map first_waiting;
  struct vec next_waiting;
  /*
   * The threads that wait, as others do, on what is looked for, or are looked for themselves: their
   * stacks tell nothing.
   */
  struct map left_out;
  const struct root_list *roots;
  struct shared *shared;
} ways;

static void tell(struct way *way, int64_t last);

/* Whether there is anything left to look for, and room to. */
static bool goes_on(void) {
  return ways.left > 0 && ways.met.count < MOST_OBJECTS;
}

static void meet(addr object, int64_t from) {
  if (!goes_on() || klass_of(object)->shape == PRIMITIVE_ARRAY) {
    return;
  }
  *(struct met *)vec_add(&ways.met, sizeof(struct met)) = (struct met){object, from};
  uintptr_t way = map_get(&ways.wanted, object);
  if (way != MAP_NONE) {
    tell(&ways.shared->ways[way], (int64_t)ways.met.count - 1);
    ways.left--;
  }
}

static bool hear(void *from, addr object) {
  meet(object, (int64_t)(intptr_t)from);
  return goes_on() && ++ways.from_here < MOST_ELEMENTS;
}

/* --- roots --- */

static void add_root(addr reference, int64_t from) {
  addr object = marking_meet(&ways.marking, reference);
  if (object != 0) {
    meet(object, from);
  }
}

/* A candidate goes on: now its stack counts. */
static void enter(struct candidate *candidate) {
  candidate->stage = LIVE_STRONG;
  add_root(candidate->thread, ROOT);
  for (int64_t i = candidate->roots; i >= 0; i = ways.roots->items[i].next) {
    add_root(ways.roots->items[i].object, ROOT - 1 - i);
  }
}

/* Static fields come first: of two ways that are as short they are told. */
static void add_classes(const struct fixpoint *fixpoint) {
  for (addr loader = word_at(vm.loaders_head); loader != 0;
       loader = word_at(loader + vm.loader_next)) {
    for (addr at = word_at(loader + vm.loader_klasses); at != 0; at = word_at(at + vm.klass_next)) {
      addr mirror = behind_handle(word_at(at + vm.klass_mirror));
      if (mirror != 0 && is_marked(&fixpoint->live.own, resolve(mirror))) {
        add_root(mirror, ROOT);
      }
    }
  }
}

static bool is_left_out(int64_t thread_id) {
  return map_get(&ways.left_out, (uintptr_t)thread_id + 1) != MAP_NONE;
}

static void leave_out(int64_t thread_id) {
  map_put(&ways.left_out, (uintptr_t)thread_id + 1, 1);
}

static void add_threads(void) {
  for (size_t i = 0; i < java_thread_count(); i++) {
    const struct java_thread *thread = java_thread_at(i);
    struct candidate wait = {.thread = thread->object, .java_thread = thread->at};
    if (is_live_at_first(thread) && thread->mounted == 0 && read_wait(&wait) &&
        map_get(&ways.wanted, wait.sync) != MAP_NONE) {
      leave_out(id_of(thread->object));
      marking_meet(&ways.marking, thread->object);
    }
  }
  for (size_t i = 0; i < java_thread_count(); i++) {
    const struct java_thread *thread = java_thread_at(i);
    if (is_live_at_first(thread) && !is_left_out(id_of(thread->object))) {
      add_root(thread->object, ROOT);
      add_root(thread->mounted, ROOT);
    }
  }
  for (int64_t i = 0; i < ways.roots->count; i++) {
    const struct root *root = &ways.roots->items[i];
    if (is_live_root(root) && !(root->thread_id >= 0 && is_left_out(root->thread_id))) {
      add_root(root->object, ROOT - 1 - i);
    }
  }
}

/* --- steps --- */

static bool leads_to(addr reference, addr object) {
  return looks_like_object(reference) && resolve(reference) == object;
}

static int32_t index_of(const struct klass *klass) {
  return klass == NULL ? -1 : klass->index;
}

static bool find_static(addr mirror, const struct klass *mirrors, addr to, struct way_step *step) {
  const struct klass *type = klass_of_mirror(mirror);
  size_t end = mirror_bytes(mirror, mirrors);
  for (size_t offset = mirrors->size; type != NULL && offset < end; offset += reference_size()) {
    if (leads_to(load(mirror + offset), to) &&
        is_way(type, (uint32_t)offset, /* is_static= */ true)) {
      *step = (struct way_step){STEP_STATIC, index_of(type), (int64_t)offset};
      return true;
    }
  }
  return false;
}

static bool find_field(addr object, const struct klass *klass, addr to, struct way_step *step) {
  for (uint32_t i = 0; i < klass->run_count; i++) {
    uint32_t offset = (uint32_t)klass->runs[i].offset;
    for (uint32_t n = klass->runs[i].count; n > 0; n--, offset += (uint32_t)reference_size()) {
      if (leads_to(load(object + offset), to) && is_way(klass, offset, /* is_static= */ false)) {
        *step = (struct way_step){STEP_FIELD, index_of(klass), offset};
        return true;
      }
    }
  }
  return false;
}

static struct way_step step_to(addr object, addr to) {
  const struct klass *klass = klass_of(object);
  struct way_step step = {STEP_OTHER, index_of(klass), 0};
  switch (klass->shape) {
    case MIRROR:
      if (!find_static(object, klass, to, &step)) {
        find_field(object, klass, to, &step);
      }
      break;
    case INSTANCE:
      find_field(object, klass, to, &step);
      break;
    case OBJECT_ARRAY:
      for (int32_t i = 0; i < array_length(object); i++) {
        if (leads_to(load(object + klass->size + (addr)i * reference_size()), to)) {
          step = (struct way_step){STEP_ELEMENT, index_of(klass), i};
          break;
        }
      }
      break;
    case CHUNK:
    case PRIMITIVE_ARRAY:
      break;
  }
  return step;
}

static const struct met *met_at(int64_t index) {
  return vec_at(&ways.met, (size_t)index);
}

/* The way to an object that was met, root first; of a long one both ends. */
static void tell(struct way *way, int64_t last) {
  int64_t length = 1;
  int64_t first = last;
  for (; met_at(first)->from >= 0; first = met_at(first)->from) {
    length++;
  }
  const struct met *root = met_at(first);
  if (root->from == ROOT) {
    way->root_thread = klass_of(root->object)->thread ? id_of(root->object) : -1;
  } else {
    const struct root *of = &ways.roots->items[ROOT - 1 - root->from];
    way->root_thread = of->thread_id;
    way->root_method = of->method;
  }
  int64_t end = length < MOST_STEPS ? length : MOST_STEPS;
  way->step_count = (int32_t)end;
  int64_t left_out = length - end;
  addr to = 0;
  int64_t at = last;
  for (int64_t place = length - 1; place >= 0; place--, at = met_at(at)->from) {
    addr object = met_at(at)->object;
    struct way_step step = to == 0 ? (struct way_step){STEP_END, index_of(klass_of(object)), 0}
                                   : step_to(object, to);
    to = object;
    if (place < MOST_STEPS / 2) {
      way->steps[place] = step;
    } else if (place - left_out > MOST_STEPS / 2 || left_out == 0) {
      way->steps[place - left_out] = step;
    } else if (place - left_out == MOST_STEPS / 2) {
      way->steps[place - left_out] = (struct way_step){STEP_LEFT_OUT, -1, left_out + 1};
    }
  }
}

/* --- search --- */

static struct candidate *candidate_by_id(int64_t id) {
  for (size_t i = 0; i < candidate_count(); i++) {
    if (candidate_at(i)->id == id) {
      return candidate_at(i);
    }
  }
  return NULL;
}

/* The Thread of one that is no candidate; 0 if there is none, or it has another thread on it. */
static addr thread_by_id(int64_t id) {
  for (size_t i = 0; i < java_thread_count(); i++) {
    const struct java_thread *thread = java_thread_at(i);
    if (is_live_at_first(thread) && thread->mounted == 0 && id_of(thread->object) == id) {
      return thread->object;
    }
  }
  return 0;
}

/* What holds a thread: what it waits on, or its Thread where it is in no wait that is judged. */
static addr what_to_find(int64_t id) {
  const struct candidate *candidate = candidate_by_id(id);
  if (candidate == NULL) {
    return thread_by_id(id);
  }
  return candidate->stage == LIVE_STRONG && !candidate->owned ? candidate->sync : 0;
}

static void choose(const struct rules *rules) {
  for (size_t i = 0; i < rules->ways.count && ways.shared->way_count < MOST_WAYS; i++) {
    int64_t id = *(int64_t *)vec_at(&rules->ways, i);
    addr object = what_to_find(id);
    if (object == 0 || map_get(&ways.wanted, object) != MAP_NONE) {
      continue;
    }
    struct way *way = &ways.shared->ways[ways.shared->way_count];
    *way = (struct way){.thread_id = id, .root_thread = -1};
    map_put(&ways.wanted, object, (uintptr_t)ways.shared->way_count++);
    ways.left++;
    if (candidate_by_id(id) == NULL) {
      leave_out(id);
    }
  }
}

/* As the fixpoint went: who waits is entered when what could wake it is met. */
static void hold_back(void) {
  for (size_t i = 0; i < candidate_count(); i++) {
    struct candidate *candidate = candidate_at(i);
    uintptr_t before = MAP_NONE;
    if (candidate->stage == LIVE_STRONG) {
      candidate->stage = LIVE_NEVER;
      if (candidate->sync != 0 && !candidate->owned) {
        before = map_get(&ways.first_waiting, candidate->sync);
        map_put(&ways.first_waiting, candidate->sync, i);
      }
    }
    *(uintptr_t *)vec_add(&ways.next_waiting, sizeof(uintptr_t)) = before;
  }
}

static void enter_waiting(addr object) {
  for (uintptr_t i = map_get(&ways.first_waiting, object); i != MAP_NONE;
       i = *(uintptr_t *)vec_at(&ways.next_waiting, i)) {
    enter(candidate_at(i));
  }
}

void ways_find(const struct fixpoint *fixpoint, const struct rules *rules,
               const struct root_list *roots, struct shared *shared) {
  ways.roots = roots;
  ways.shared = shared;
  choose(rules);
  if (ways.left == 0) {
    map_free(&ways.wanted);
    return;
  }
  hold_back();
  /* Words on stacks are no ways, but what they led to may be met: with care, as then. */
  ways.marking = (struct marking){.pass = PASS_LIVE, .tolerant = true};
  marks_open(&ways.marking.own);
  add_classes(fixpoint);
  add_threads();
  for (int64_t at = 0; at < (int64_t)ways.met.count && goes_on(); at++) {
    enter_waiting(met_at(at)->object);
    ways.from_here = 0;
    marking_step(&ways.marking, met_at(at)->object, hear, (void *)(intptr_t)at);
    ways.marking.doubtful.count = 0;
    ways.marking.words.count = 0;
  }
  marks_close(&ways.marking.own);
  vec_free(&ways.marking.deferred);
  vec_free(&ways.marking.doubtful);
  vec_free(&ways.marking.words);
  vec_free(&ways.met);
  map_free(&ways.wanted);
  map_free(&ways.first_waiting);
  vec_free(&ways.next_waiting);
  map_free(&ways.left_out);
}
