/* Who is told to hold what threads wait on, in heaps made by hand. */
#define _GNU_SOURCE
#include "../../main/c/ways.h"
#include "fake_threads.h"

/* The static field of a class, behind the fields of its mirror. */
#define STATIC_OFFSET (16 + 8 * (FIELDS + 4))

static struct fixpoint fixpoint;

static addr parked_on(int64_t id, addr blocker) {
  return fake_thread(id, PARKED, blocker);
}

/* Only this one is asked for, and the way to what it waits on is to be told. */
static void ask_for(int64_t id) {
  fake_rules.all_threads = false;
  *(struct asked *)vec_add(&fake_rules.asked, sizeof(struct asked)) =
      (struct asked){id, HANDLE_BY_INTERRUPT};
  *(int64_t *)vec_add(&fake_rules.ways, sizeof(int64_t)) = id;
}

static void local_of(int64_t thread, addr object) {
  fake_root(object);
  struct root *root = &fake_roots.items[fake_roots.count - 1];
  root->kind = JVMTI_HEAP_REFERENCE_STACK_LOCAL;
  root->thread_id = thread;
}

static const struct shared *find(void) {
  struct shared *shared = memory_map(sizeof *shared + 64);
  fake_decide(&fixpoint);
  ways_find(&fixpoint, &fake_rules, &fake_roots, shared);
  return shared;
}

static const struct way *only_way(const struct shared *shared, int64_t thread, int steps) {
  CHECK(shared->way_count == 1);
  CHECK(shared->ways[0].thread_id == thread);
  CHECK(shared->ways[0].step_count == steps);
  return &shared->ways[0];
}

static bool is(const struct way_step *step, enum step_kind kind, addr type, int64_t place) {
  return step->kind == kind && step->type == fake_index(type) && step->place == place;
}

static void static_field_and_the_fields_behind_it_are_told(void) {
  for (int narrow = 0; narrow < 2; narrow++) {
    fake_open(narrow);
    addr latch = fake_plain();
    addr queue_class = fake_class(fake_object_class, FIELDS);
    addr queue = fake_object(queue_class);
    fake_set(queue, 2, latch);
    addr owner = fake_class(fake_object_class, FIELDS);
    fake_set_static(owner, queue);
    fake_root(fake_object(owner));
    parked_on(50, latch);
    ask_for(50);
    const struct way *way = only_way(find(), 50, 3);
    CHECK(is(&way->steps[0], STEP_STATIC, owner, STATIC_OFFSET));
    CHECK(is(&way->steps[1], STEP_FIELD, queue_class, fake_offset(2)));
    CHECK(is(&way->steps[2], STEP_END, fake_object_class, 0));
    CHECK(way->root_thread == -1);
    fixpoint_close(&fixpoint);
    threads_close();
    heap_close();
  }
}

static void field_that_live_code_cannot_use_is_no_way(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr type = fake_class(fake_object_class, FIELDS);
  fake_set_static(type, latch);
  fake_rule(RULE_SKIP_STATIC, type, STATIC_OFFSET);
  addr array = fake_array(300);
  fake_set_element(array, 299, latch);
  addr holder = fake_object(type);
  fake_set(holder, 1, array);
  fake_root(holder);
  parked_on(50, latch);
  ask_for(50);
  const struct way *way = only_way(find(), 50, 3);
  CHECK(is(&way->steps[0], STEP_FIELD, type, fake_offset(1)));
  CHECK(way->steps[1].kind == STEP_ELEMENT && way->steps[1].place == 299);
}

static void class_that_is_not_live_is_no_way(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr type = fake_class_of_other_loader();
  fake_set_static(type, latch);
  addr dropped = fake_object(type);
  parked_on(60, dropped);
  ask_for(60);
  fake_root(fake_chain_to(latch, 2));
  parked_on(50, latch);
  ask_for(50);
  const struct way *way = only_way(find(), 50, 3);
  CHECK(is(&way->steps[0], STEP_FIELD, fake_object_class, fake_offset(1)));
}

static void field_that_counts_is_named_where_others_lead_there_too(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr moved = fake_plain();
  fake_move(moved, latch);
  addr type = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_SKIP, type, fake_offset(0));
  addr holder = fake_object(type);
  fake_set(holder, 0, latch);
  fake_set(holder, 2, moved);
  fake_root(holder);
  parked_on(50, latch);
  ask_for(50);
  const struct way *way = only_way(find(), 50, 2);
  CHECK(is(&way->steps[0], STEP_FIELD, type, fake_offset(2)));
}

static void thread_on_a_carrier_is_told(void) {
  fake_open(true);
  addr latch = fake_plain();
  struct fake_java_thread *carrier = (struct fake_java_thread *)fake_thread(60, RUNNING, 0);
  addr *slot = fake_metadata(sizeof *slot);
  *slot = fake_virtual(61, 0);
  fake_set_status(*slot, VIRTUAL_IS_BUSY);
  fake_set(*slot, 1, latch);
  carrier->mounted = (addr)slot;
  parked_on(50, latch);
  ask_for(50);
  const struct way *way = only_way(find(), 50, 2);
  CHECK(way->root_thread == 61);
  CHECK(is(&way->steps[0], STEP_FIELD, fake_virtual_class, fake_offset(1)));
}

static void stack_of_a_leaked_thread_is_no_way(void) {
  fake_open(true);
  addr latch = fake_plain();
  parked_on(60, fake_plain());
  local_of(60, latch);
  ask_for(60);
  fake_root(fake_chain_to(latch, 2));
  parked_on(50, latch);
  ask_for(50);
  CHECK(only_way(find(), 50, 3)->root_thread == -1);
}

static void what_two_wait_on_is_looked_for_once(void) {
  fake_open(true);
  addr latch = fake_plain();
  fake_root(latch);
  for (int64_t id = 50; id < 52; id++) {
    parked_on(id, latch);
    ask_for(id);
  }
  only_way(find(), 50, 1);
}

/* Its owner alone ends the wait, whoever else has the lock. */
static void lock_that_is_owned_is_not_looked_for(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr lock = fake_object(lock_class);
  fake_set(lock, 1, fake_thread_object(fake_thread(60, RUNNING, 0)));
  fake_root(lock);
  parked_on(50, lock);
  ask_for(50);
  CHECK(find()->way_count == 0);
}

static void stack_of_a_thread_that_runs_is_told(void) {
  fake_open(true);
  addr latch = fake_plain();
  fake_thread(60, RUNNING, 0);
  local_of(60, latch);
  parked_on(50, latch);
  ask_for(50);
  CHECK(only_way(find(), 50, 1)->root_thread == 60);
}

/* It waits as the others do, and merely not for as long: it will never end their wait. */
static void stack_of_one_that_waits_as_well_is_not_told(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr holder = fake_plain();
  fake_set(holder, 0, latch);
  fake_root(holder);
  parked_on(60, latch);
  local_of(60, latch);
  parked_on(50, latch);
  ask_for(50);
  const struct way *way = only_way(find(), 50, 2);
  CHECK(way->root_thread == -1);
  CHECK(is(&way->steps[0], STEP_FIELD, fake_object_class, fake_offset(0)));
}

/* Whoever has a Thread gets at nothing of what it keeps. */
static void thread_that_waits_is_no_way_to_what_it_waits_on(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr near = fake_plain();
  addr far = fake_plain();
  fake_set(near, 0, latch);
  fake_set(far, 1, near);
  fake_root(far);
  addr waiter = parked_on(50, latch);
  fake_set(fake_thread_object(waiter), 1, latch);
  fake_root(fake_thread_object(waiter));
  ask_for(50);
  const struct way *way = only_way(find(), 50, 3);
  CHECK(is(&way->steps[0], STEP_FIELD, fake_object_class, fake_offset(1)));
}

static void stack_of_a_waiter_counts_once_it_can_be_woken(void) {
  fake_open(true);
  addr first = fake_plain();
  addr second = fake_plain();
  fake_root(first);
  parked_on(70, first);
  local_of(70, second);
  *(struct asked *)vec_add(&fake_rules.asked, sizeof(struct asked)) =
      (struct asked){70, HANDLE_BY_INTERRUPT};
  parked_on(50, second);
  ask_for(50);
  CHECK(only_way(find(), 50, 1)->root_thread == 70);
}

static void nothing_is_told_of_a_thread_that_nobody_can_wake(void) {
  fake_open(true);
  parked_on(50, fake_plain());
  ask_for(50);
  CHECK(find()->way_count == 0);
}

static void who_has_the_thread_of_one_that_is_in_no_wait_is_told(void) {
  fake_open(true);
  addr type = fake_class(fake_object_class, FIELDS);
  addr sleeper = fake_thread_object(fake_thread(60, RUNNING, 0));
  local_of(60, sleeper);
  addr holder = fake_object(type);
  fake_set(holder, 1, sleeper);
  fake_root(holder);
  ask_for(60);
  const struct way *way = only_way(find(), 60, 2);
  CHECK(way->root_thread == -1);
  CHECK(is(&way->steps[0], STEP_FIELD, type, fake_offset(1)));
  CHECK(way->steps[1].kind == STEP_END);
}

static void who_has_only_its_own_thread_is_held_by_nobody(void) {
  fake_open(true);
  addr sleeper = fake_thread_object(fake_thread(60, RUNNING, 0));
  local_of(60, sleeper);
  addr task = fake_plain();
  fake_set(task, 1, sleeper);
  local_of(60, task);
  ask_for(60);
  CHECK(find()->ways[0].step_count == 0);
}

static void long_way_has_both_its_ends(void) {
  fake_open(true);
  addr latch = fake_plain();
  fake_root(fake_chain_to(latch, 1000));
  parked_on(50, latch);
  ask_for(50);
  const struct way *way = only_way(find(), 50, MOST_STEPS);
  int64_t objects = 0;
  for (int i = 0; i < MOST_STEPS; i++) {
    objects += way->steps[i].kind == STEP_LEFT_OUT ? way->steps[i].place : 1;
  }
  CHECK(objects == 1001);
  CHECK(is(&way->steps[0], STEP_FIELD, fake_object_class, fake_offset(999 % FIELDS)));
  CHECK(is(&way->steps[MOST_STEPS - 2], STEP_FIELD, fake_object_class, fake_offset(0)));
  CHECK(way->steps[MOST_STEPS - 1].kind == STEP_END);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(static_field_and_the_fields_behind_it_are_told);
  RUN(field_that_live_code_cannot_use_is_no_way);
  RUN(class_that_is_not_live_is_no_way);
  RUN(field_that_counts_is_named_where_others_lead_there_too);
  RUN(thread_on_a_carrier_is_told);
  RUN(stack_of_a_leaked_thread_is_no_way);
  RUN(what_two_wait_on_is_looked_for_once);
  RUN(lock_that_is_owned_is_not_looked_for);
  RUN(stack_of_a_thread_that_runs_is_told);
  RUN(stack_of_one_that_waits_as_well_is_not_told);
  RUN(thread_that_waits_is_no_way_to_what_it_waits_on);
  RUN(stack_of_a_waiter_counts_once_it_can_be_woken);
  RUN(nothing_is_told_of_a_thread_that_nobody_can_wake);
  RUN(who_has_the_thread_of_one_that_is_in_no_wait_is_told);
  RUN(who_has_only_its_own_thread_is_held_by_nobody);
  RUN(long_way_has_both_its_ends);
  return tests_result();
}
