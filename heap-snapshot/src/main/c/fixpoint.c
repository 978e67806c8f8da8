/* Decides the candidates. */
#include "fixpoint.h"

#include "weak.h"

static void settle(struct marking *marking, enum stage stage) {
  bool again = true;
  marking_drain(marking);
  while (again) {
    again = false;
    for (size_t i = 0; i < candidate_count(); i++) {
      struct candidate *candidate = candidate_at(i);
      if (candidate->stage == LIVE_NEVER && candidate_is_woken(candidate, marking)) {
        candidate->stage = stage;
        candidate_mark(marking, candidate);
        marking_drain(marking);
        again = true;
      }
    }
  }
}

enum stage latest_stage(void) {
  enum stage latest = LIVE_STRONG;
  for (size_t i = 0; i < candidate_count(); i++) {
    if (candidate_at(i)->stage > latest) {
      latest = candidate_at(i)->stage;
    }
  }
  return latest;
}

/*
 * What the runtime's registries are made of has been met: whoever holds it can do nothing to the
 * threads that it leads to, be it a word that an earlier call left on some stack.
 */
static void leave_alone(struct marking *live, const struct vec *structure) {
  for (size_t i = 0; i < structure->count; i++) {
    addr object = *(addr *)vec_at(structure, i);
    const struct klass *klass = klass_of(object);
    if (klass != NULL && !klass->thread) {
      mark_only(&live->own, object);
    }
  }
}

/* Meets the virtual threads that only the runtime's registries know. */
static void meet_registered(struct marking *live, const struct rules *rules) {
  struct vec structure = {0};
  struct marking registry = {.pass = PASS_EVERYTHING,
                             .below = &live->own,
                             .stops_at_threads = true,
                             .order = &structure};
  marks_open(&registry.own);
  for (size_t i = 0; i < rules->rules.count; i++) {
    const struct rule *rule = vec_at(&rules->rules, i);
    if (rule->kind == RULE_REGISTRY) {
      addr mirror = resolve(behind_handle((addr)rules->classes[rule->class_index]));
      marking_add(&registry, load(mirror + rule->offset));
    }
  }
  marking_drain_exactly(&registry);
  leave_alone(live, &structure);
  for (size_t i = 0; i < registry.deferred.count; i++) {
    marking_add(&registry, *(addr *)vec_at(&registry.deferred, i));
    marking_drain_exactly(&registry);
  }
  marks_close(&registry.own);
  vec_free(&structure);
  vec_free(&registry.deferred);
  vec_free(&registry.doubtful);
  vec_free(&registry.words);
  forget_loaders(PASS_EVERYTHING);
  threads_mark_registered(live);
}

/* What is surely there is met first: of threads that words alone lead to none is judged. */
static void explore_island(struct fixpoint *fixpoint) {
  marks_clear(&fixpoint->island.own);
  forget_loaders(PASS_EVERYTHING);
  fixpoint->island_order.count = 0;
  for (size_t i = 0; i < candidate_count(); i++) {
    const struct candidate *candidate = candidate_at(i);
    if (candidate->stage == LIVE_NEVER) {
      candidate_mark_exactly(&fixpoint->island, candidate);
      marking_add(&fixpoint->island, candidate->sync);
      marking_add(&fixpoint->island, candidate->owner);
    }
  }
  marking_drain(&fixpoint->island);
  fixpoint->island_surely = fixpoint->island_order.count;
  for (size_t i = 0; i < candidate_count(); i++) {
    const struct candidate *candidate = candidate_at(i);
    if (candidate->stage == LIVE_NEVER) {
      candidate_mark(&fixpoint->island, candidate);
      marking_drain(&fixpoint->island);
    }
  }
}

/*
 * A loader that neither live code nor the candidates lead to is garbage, or the code of a method
 * that is being executed is all that keeps it: it counts as live.
 */
static bool mark_unexplained_loaders(struct fixpoint *fixpoint) {
  bool any = false;
  fixpoint->live.tolerant = true;
  for (addr loader = word_at(vm.loaders_head); loader != 0;
       loader = word_at(loader + vm.loader_next)) {
    if (!is_loader_seen(PASS_LIVE, loader) && !is_loader_seen(PASS_EVERYTHING, loader)) {
      marking_add_loader(&fixpoint->live, loader);
      marking_drain(&fixpoint->live);
      any = true;
    }
  }
  fixpoint->live.tolerant = false;
  return any;
}

static void settle_strong(struct fixpoint *fixpoint, const struct rules *rules) {
  threads_mark_live(&fixpoint->live);
  meet_registered(&fixpoint->live, rules);
  threads_scan_live(&fixpoint->live);
  settle(&fixpoint->live, LIVE_STRONG);
  bool again = latest_stage() == LIVE_NEVER;
  while (again) {
    size_t known = candidate_count();
    explore_island(fixpoint);
    again = candidate_count() > known;
    again |= threads_mark_doubtful(&fixpoint->live);
    again |= mark_unexplained_loaders(fixpoint);
    settle(&fixpoint->live, LIVE_STRONG);
  }
}

static void hear_weak(void *doubtful, addr object) {
  if (looks_like_object(object)) {
    *(addr *)vec_add(doubtful, sizeof(addr)) = object;
  }
}

static void settle_weak(struct fixpoint *fixpoint) {
  struct marking *weak = &fixpoint->weak;
  weak_references(hear_weak, &fixpoint->live.doubtful);
  for (size_t i = 0; i < fixpoint->live.deferred.count; i++) {
    marking_add(weak, *(addr *)vec_at(&fixpoint->live.deferred, i));
  }
  marking_drain(weak);
  for (size_t i = 0; i < fixpoint->live.doubtful.count; i++) {
    marking_add_word(weak, *(addr *)vec_at(&fixpoint->live.doubtful, i));
  }
  settle(weak, LIVE_WEAK);
  for (size_t i = 0; i < fixpoint->island_order.count; i++) {
    addr object = *(addr *)vec_at(&fixpoint->island_order, i);
    if (is_marked(&weak->own, object)) {
      *(addr *)vec_add(&fixpoint->weakly_reached, sizeof(addr)) = object;
    }
  }
}

static void settle_handles(struct fixpoint *fixpoint) {
  bool again = true;
  fixpoint->weak.late = true;
  while (again) {
    again = false;
    for (size_t i = 0; i < candidate_count(); i++) {
      struct candidate *candidate = candidate_at(i);
      bool handle =
          candidate->handle_strong || candidate->handle_weak || candidate->handle_late;
      if (candidate->stage == LIVE_NEVER && handle && (candidate->handle & HANDLE_BY_INTERRUPT)) {
        candidate->stage = LIVE_HANDLE;
        candidate_mark(&fixpoint->weak, candidate);
        again = true;
      }
    }
    settle(&fixpoint->weak, LIVE_HANDLE);
  }
}

void fixpoint_run(struct fixpoint *fixpoint, const struct rules *rules) {
  *fixpoint = (struct fixpoint){.live = {.pass = PASS_LIVE},
                                .weak = {.pass = PASS_WEAK, .tolerant = true},
                                .island = {.pass = PASS_EVERYTHING}};
  fixpoint->weak.below = &fixpoint->live.own;
  fixpoint->island.below = &fixpoint->live.own;
  fixpoint->island.order = &fixpoint->island_order;
  marks_open(&fixpoint->live.own);
  marks_open(&fixpoint->weak.own);
  marks_open(&fixpoint->island.own);
  settle_strong(fixpoint, rules);
  if (latest_stage() > LIVE_STRONG) {
    settle_weak(fixpoint);
    settle_handles(fixpoint);
  }
}

static void close_marking(struct marking *marking) {
  marks_close(&marking->own);
  vec_free(&marking->deferred);
  vec_free(&marking->doubtful);
  vec_free(&marking->words);
}

void fixpoint_close(struct fixpoint *fixpoint) {
  close_marking(&fixpoint->live);
  close_marking(&fixpoint->weak);
  close_marking(&fixpoint->island);
  vec_free(&fixpoint->island_order);
  vec_free(&fixpoint->weakly_reached);
  forget_loaders(PASS_LIVE | PASS_WEAK | PASS_EVERYTHING);
  forget_given();
}
