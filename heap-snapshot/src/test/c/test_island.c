/* What is written of islands in heaps made by hand. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "read_island.h"

static struct fixpoint fixpoint;

static void leak_with_neighbours(addr *latch, addr *alive, addr *array) {
  fake_open(true);
  *latch = fake_plain();
  *alive = fake_live();
  fake_set(*latch, 0, *alive);
  *array = fake_array(3000);
  fake_set(*latch, 1, *array);
}

static void island_has_what_only_the_leak_leads_to(void) {
  addr latch;
  addr alive;
  addr array;
  leak_with_neighbours(&latch, &alive, &array);
  addr leaked = fake_parked(latch);
  addr held = fake_parked(alive);
  const struct shared *shared = tell(&fixpoint);
  CHECK(shared->island_objects == 3);
  CHECK(shared->described_count == 1);
  CHECK(is_whole('I', fake_thread_object(leaked), 0));
  CHECK(is_whole('I', latch, 0) && told('I', latch)->size == OBJECT_BYTES);
  CHECK(memcmp(told('I', latch)->contents, (const void *)latch, OBJECT_BYTES) == 0);
  CHECK(is_whole('A', array, 0) && told('A', array)->size == 3000);
  /* Of what lives, what ends no wait does not matter. */
  CHECK(told('I', alive) == NULL && told('C', fake_thread_object(held)) == NULL);
  const struct record *thread = told('C', fake_thread_object(leaked));
  CHECK(thread->kind == WAIT_PARKED && thread->stage == LIVE_NEVER && thread->flags == 0);
  CHECK(thread->other == latch && thread->owner == 0 && thread->number == shared->described[0]);
}

static void objects_are_told_in_the_order_of_addresses(void) {
  fake_open(true);
  addr first = fake_chain_to(0, 300);
  fake_parked(first);
  tell(&fixpoint);
  addr last = 0;
  int objects = 0;
  for (int i = 0; i < record_count(); i++) {
    if (record_at(i)->tag == 'I') {
      CHECK(record_at(i)->object > last);
      last = record_at(i)->object;
      objects++;
    }
  }
  CHECK(objects == 301);
}

static void candidate_is_told_with_its_flags(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  addr reference_class = fake_class(fake_object_class, 0);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  addr lock = fake_object(lock_class);
  addr owner = fake_leak();
  fake_set(lock, 1, fake_thread_object(owner));
  addr waiter = fake_parked(lock);
  fake_root(fake_thread_object(waiter));
  addr weak = fake_object(reference_class);
  fake_root(weak);
  addr weakly_held = fake_leak();
  fake_set(weak, 0, fake_thread_object(weakly_held));
  addr from_leak = fake_leak();
  addr virtual_one = fake_virtual(50, fake_plain());
  fake_set(fake_thread_object(from_leak), 1, virtual_one);
  tell(&fixpoint);
  CHECK(told('C', fake_thread_object(owner))->flags == 0);
  CHECK(told('C', fake_thread_object(waiter))->flags == (1 | 2));
  CHECK(told('C', fake_thread_object(waiter))->owner == fake_thread_object(owner));
  CHECK(told('C', fake_thread_object(weakly_held))->flags == 4);
  CHECK(told('C', fake_thread_object(weakly_held))->stage == LIVE_HANDLE);
  CHECK(told('C', virtual_one)->flags == 8);
}

static void owner_that_is_held_is_told_once(void) {
  fake_open(false);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr lock = fake_object(lock_class);
  fake_parked(lock);
  addr owner = fake_leak();
  fake_set(lock, 1, fake_thread_object(owner));
  fake_root(fake_thread_object(owner));
  tell(&fixpoint);
  CHECK(fake_stage_of(owner) == LIVE_HANDLE);
  CHECK(is_whole('I', fake_thread_object(owner), 0));
}

/* An owner that has ended is an object as any other, which somebody may have. */
static void owner_that_has_ended_is_told_as_what_it_is(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr ended[] = {fake_object(fake_thread_class), fake_object(fake_thread_class)};
  for (int i = 0; i < 2; i++) {
    addr lock = fake_object(lock_class);
    fake_set(lock, 1, ended[i]);
    fake_parked(lock);
  }
  fake_root(ended[1]);
  tell(&fixpoint);
  CHECK(is_whole('I', ended[0], 0) && told('T', ended[0]) == NULL);
  CHECK(is_stub('I', ended[1]) && told('T', ended[1]) == NULL);
}

/* Whoever waits for locks that others lead to: nothing of it is dead but the wait. */
static void held_threads_that_block_each_other_are_told_with_what_they_have(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr locks[] = {fake_object(lock_class), fake_object(lock_class)};
  addr running = fake_thread(7, RUNNING, 0);
  addr threads[2];
  for (int i = 0; i < 2; i++) {
    threads[i] = fake_parked(locks[i]);
    fake_root(locks[i]);
    fake_root(fake_thread_object(threads[i]));
    fake_set(fake_thread_object(threads[i]), 1, fake_thread_object(running));
  }
  fake_set(locks[0], 1, fake_thread_object(threads[1]));
  fake_set(locks[1], 1, fake_thread_object(threads[0]));
  tell(&fixpoint);
  for (int i = 0; i < 2; i++) {
    CHECK(is_whole('I', fake_thread_object(threads[i]), 0));
    CHECK(is_stub('I', locks[i]));
  }
  CHECK(told('T', fake_thread_object(running))->number == 7);
}

/* --- what lives --- */

static void what_lives_is_told_where_a_thread_has_it_in_hand(void) {
  fake_open(true);
  addr leaked = fake_leak();
  int64_t id = *(int64_t *)(fake_thread_object(leaked) + THREAD_ID);
  addr root = fake_live();
  addr dropped_root = fake_plain();
  addr array = fake_array(5);
  addr numbers = fake_numbers(5);
  addr local_of_another = fake_live();
  addr mirror = fake_mirror(fake_object_class);
  fake_root(array);
  fake_root(numbers);
  fake_root(mirror);
  fake_root_of(root, JVMTI_HEAP_REFERENCE_STACK_LOCAL, id);
  fake_root_of(mirror, JVMTI_HEAP_REFERENCE_STACK_LOCAL, id);
  fake_root_of(dropped_root, JVMTI_HEAP_REFERENCE_STACK_LOCAL, id);
  struct root *second = &fake_roots.items[fake_roots.count - 1];
  second->depth = 3;
  second->location = 17;
  fake_push(leaked, array);
  fake_push(leaked, numbers);
  fake_push(leaked, mirror);
  fake_push(leaked, root);
  fake_push(leaked, dropped_root);
  fake_push(leaked, vm.heap_end - 8);
  tell(&fixpoint);
  addr thread = fake_thread_object(leaked);
  CHECK(is_stub('I', root) && leads('R', thread, root));
  CHECK(is_whole('I', dropped_root, 0) && leads('R', thread, dropped_root));
  CHECK(is_stub('B', array) && leads('W', thread, array));
  CHECK(told('B', array)->kind == 2 && told('B', array)->size == 0);
  CHECK(is_stub('B', numbers) && told('B', numbers)->kind == 3);
  CHECK(leads('W', thread, dropped_root));
  /* What lives of a class is told with the class. */
  CHECK(leads('R', thread, mirror) && !leads('W', thread, mirror) && told('I', mirror) == NULL);
  CHECK(told('I', local_of_another) == NULL);
  for (int i = 0; i < record_count(); i++) {
    const struct record *record = record_at(i);
    if (record->tag == 'R' && record->other == dropped_root) {
      CHECK(record->number == 3 && record->size == 17);
    }
  }
}

static void threads_that_live_are_told_once(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr leaked = fake_parked(latch);
  addr running = fake_thread(7, RUNNING, 0);
  addr ended = fake_object(fake_thread_class);
  addr held = fake_live();
  addr woken = fake_parked(held);
  fake_root(ended);
  addr neighbours[] = {fake_thread_object(running), ended, fake_thread_object(woken)};
  addr in_array = fake_thread(8, RUNNING, 0);
  addr array = fake_array(2);
  fake_set_element(array, 1, fake_thread_object(in_array));
  fake_set(latch, 3, array);
  for (int i = 0; i < 3; i++) {
    fake_set(latch, i, neighbours[i]);
    fake_set(fake_thread_object(leaked), i + 1, neighbours[i]);
  }
  tell(&fixpoint);
  CHECK(told('T', neighbours[0])->number == 7);
  CHECK(told('T', fake_thread_object(in_array))->number == 8);
  CHECK(told('T', ended) == NULL && told('I', ended) == NULL);
  CHECK(told('T', neighbours[2]) != NULL && told('I', neighbours[2]) == NULL);
}

/* The collector may end a wait for what a reference leads to; for others nobody does. */
static void referent_that_lives_is_told(void) {
  fake_open(true);
  addr reference_class = fake_class(fake_object_class, 0);
  addr skipping_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  fake_rule(RULE_SKIP, skipping_class, fake_offset(0));
  fake_rule(RULE_SKIP_STATIC, skipping_class, OBJECT_BYTES + fake_offset(0));
  addr latch = fake_plain();
  addr weak = fake_object(reference_class);
  addr skipping = fake_object(skipping_class);
  addr behind_it = fake_plain();
  addr referents[] = {fake_live(), fake_live(), fake_live()};
  fake_set(latch, 0, weak);
  fake_set(latch, 1, skipping);
  fake_set(weak, 0, referents[0]);
  fake_set(skipping, 0, referents[1]);
  CHECK(behind_it == skipping + OBJECT_BYTES);
  fake_set(behind_it, 0, referents[2]);
  fake_parked(latch);
  tell(&fixpoint);
  CHECK(is_stub('I', referents[0]));
  CHECK(told('I', referents[1]) == NULL && told('I', referents[2]) == NULL);
}

static void instances_of_open_classes_are_told_with_what_they_hold(void) {
  fake_open(true);
  addr open_class = fake_class(fake_object_class, FIELDS);
  addr subclass = fake_class(open_class, FIELDS);
  addr hidden = fake_class(fake_object_class, FIELDS);
  *(int32_t *)vec_add(&fake_rules.open_classes, sizeof(int32_t)) = fake_index(open_class);
  *(int32_t *)vec_add(&fake_rules.open_classes, sizeof(int32_t)) = fake_index(hidden);
  fake_hide_class(hidden);
  addr latch = fake_plain();
  addr queues[] = {fake_object(open_class), fake_object(subclass)};
  addr running = fake_thread(7, RUNNING, 0);
  addr plain = fake_live();
  for (int i = 0; i < 2; i++) {
    fake_root(queues[i]);
    fake_set(latch, i, queues[i]);
    fake_set(latch, i + 2, queues[i]);
    fake_set(queues[i], 0, fake_thread_object(running));
    fake_set(queues[i], 1, plain);
  }
  addr dropped = fake_object(open_class);
  fake_set(fake_thread_object(fake_parked(latch)), 1, dropped);
  tell(&fixpoint);
  CHECK(is_whole('I', dropped, 0));
  CHECK(is_whole('I', queues[0], IS_LIVE) && is_whole('I', queues[1], IS_LIVE));
  CHECK(told('T', fake_thread_object(running)) != NULL && told('I', plain) == NULL);
}

static void names_of_threads_and_groups_are_told(void) {
  fake_open(true);
  addr group_class = fake_class(fake_object_class, FIELDS);
  addr other_class = fake_class(fake_object_class, FIELDS);
  addr subgroup_class = fake_class(group_class, FIELDS);
  *(int32_t *)vec_add(&fake_rules.open_classes, sizeof(int32_t)) = fake_index(group_class);
  *(int32_t *)vec_add(&fake_rules.open_classes, sizeof(int32_t)) = fake_index(other_class);
  fake_rules.group_class = fake_index(group_class);
  fake_rules.roles[ROLE_THREAD_NAME] = (int32_t)fake_offset(1);
  fake_rules.roles[ROLE_GROUP_NAME] = (int32_t)fake_offset(1);
  fake_rules.roles[ROLE_STRING_VALUE] = (int32_t)fake_offset(0);
  addr named[] = {fake_object(group_class), fake_object(subgroup_class), fake_object(other_class)};
  addr names[3];
  addr shared_name = fake_live();
  addr own_name = fake_plain();
  addr value = fake_numbers(5);
  fake_set(shared_name, 0, value);
  addr threads[] = {fake_leak(), fake_leak(), fake_leak(), fake_leak()};
  for (int i = 0; i < 3; i++) {
    names[i] = fake_live();
    fake_root(named[i]);
    fake_set(named[i], 1, names[i]);
    fake_set(fake_thread_object(threads[i]), 2, named[i]);
    fake_set(fake_thread_object(threads[i]), 1, i < 2 ? shared_name : own_name);
  }
  tell(&fixpoint);
  CHECK(is_whole('I', shared_name, IS_LIVE) && is_whole('P', value, IS_LIVE));
  CHECK(told('P', value)->size == 5 && told('P', value)->number == 40);
  CHECK(is_whole('I', own_name, 0));
  CHECK(is_whole('I', names[0], IS_LIVE) && is_whole('I', names[1], IS_LIVE));
  CHECK(is_whole('I', named[2], IS_LIVE) && told('I', names[2]) == NULL);
}

/* --- what is moved, long, or weakly reached --- */

static void what_was_moved_is_told_where_it_is_now(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr array = fake_array(2);
  addr then = fake_plain();
  addr now = fake_plain();
  addr lives_now = fake_live();
  addr lived_then = fake_plain();
  fake_move(then, now);
  fake_move(lived_then, lives_now);
  fake_set(latch, 0, then);
  fake_set(latch, 1, then);
  fake_set(latch, 2, array);
  fake_set_element(array, 1, then);
  addr leaked = fake_parked(latch);
  int64_t id = *(int64_t *)(fake_thread_object(leaked) + THREAD_ID);
  fake_root_of(lived_then, JVMTI_HEAP_REFERENCE_STACK_LOCAL, id);
  fake_push(leaked, then);
  tell(&fixpoint);
  CHECK(leads('F', then, now) && told('I', then) == NULL && is_whole('I', now, 0));
  addr element;
  memcpy(&element, told('A', array)->contents + 8, sizeof element);
  CHECK(element == now);
  CHECK(leads('R', fake_thread_object(leaked), lives_now) && is_stub('I', lives_now));
  CHECK(leads('W', fake_thread_object(leaked), now));
}

static void contents_of_long_arrays_of_numbers_are_left_out(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr arrays[] = {fake_numbers(512), fake_numbers(513)};
  memset((char *)arrays[0] + 24, 7, 4096);
  fake_set(latch, 0, arrays[0]);
  fake_set(latch, 1, arrays[1]);
  fake_parked(latch);
  tell(&fixpoint);
  const struct record *whole = told('P', arrays[0]);
  const struct record *left_out = told('P', arrays[1]);
  CHECK(whole->size == 512 && whole->number == 4096 && whole->contents[4095] == 7);
  CHECK(left_out->size == 513 && left_out->number == 0);
}

static void what_weak_references_lead_to_is_told_as_such(void) {
  fake_open(true);
  addr reference_class = fake_class(fake_object_class, 0);
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  addr latch = fake_plain();
  addr behind = fake_plain();
  fake_set(latch, 0, behind);
  addr garbage = fake_plain();
  addr leaked = fake_parked(latch);
  fake_push(leaked, garbage);
  addr reached[] = {behind, garbage};
  for (int i = 0; i < 2; i++) {
    addr weak = fake_object(reference_class);
    fake_set(weak, 0, reached[i]);
    fake_root(weak);
  }
  tell(&fixpoint);
  CHECK(told('G', behind) != NULL && told('G', latch) == NULL && told('G', garbage) == NULL);
}

/* --- classes --- */

static void classes_of_what_is_told_are_told_with_their_superclasses(void) {
  fake_open(true);
  addr loader = fake_plain();
  addr loader_now = fake_plain();
  fake_move(loader, loader_now);
  fake_set_loader(fake_object_class, loader);
  addr type = fake_class(fake_class(fake_object_class, FIELDS), FIELDS);
  addr unused = fake_class(fake_object_class, FIELDS);
  addr described = fake_class(fake_object_class, FIELDS);
  addr unloaded = fake_class(fake_object_class, FIELDS);
  addr wanted[] = {described, unloaded};
  for (int i = 0; i < 2; i++) {
    *(int32_t *)vec_add(&fake_rules.described_classes, sizeof(int32_t)) = fake_index(wanted[i]);
  }
  int32_t index = fake_index(type);
  int32_t super = fake_index(word_at(type + vm.klass_super));
  int32_t root = fake_index(fake_object_class);
  fake_hide_class(unloaded);
  fake_live();
  fake_parked(fake_object(type));
  const struct shared *shared = tell(&fixpoint);
  const struct record *record = told('K', fake_mirror(type));
  CHECK(record->type == index && record->number == super && record->flags == 1);
  CHECK(record->size == OBJECT_BYTES && record->other == loader_now);
  CHECK(told('K', fake_mirror(word_at(type + vm.klass_super)))->number == root);
  CHECK(told('K', fake_mirror(fake_object_class))->number == -1);
  CHECK(told('K', fake_mirror(described)) != NULL && told('K', fake_mirror(unused)) == NULL);
  CHECK(shared->wanted_classes[index] && shared->wanted_classes[super]);
  CHECK(!shared->wanted_classes[fake_index(unused)]);
}

static void class_that_only_the_island_leads_to_is_told_with_its_static_fields(void) {
  fake_open(true);
  fake_live();
  addr type = fake_class_of_other_loader();
  addr running = fake_thread(7, RUNNING, 0);
  fake_set_static(type, fake_thread_object(running));
  addr mirrors = word_at(fake_mirror(type) + 8);
  addr of_primitive = fake_object(mirrors);
  addr instance = fake_object(type);
  fake_set(instance, 0, of_primitive);
  addr leaked = fake_parked(instance);
  addr holder = fake_leak();
  addr word = fake_plain();
  fake_set(word, 0, fake_mirror(type));
  fake_push(holder, word);
  tell(&fixpoint);
  CHECK(fake_stage_of(leaked) == LIVE_NEVER);
  CHECK(told('M', fake_mirror(type))->type == fake_index(type));
  CHECK(told('M', fake_mirror(type))->size == OBJECT_BYTES + 4);
  CHECK(told('T', fake_thread_object(running)) != NULL);
  CHECK(told('K', fake_mirror(type))->flags == 0 && told('K', fake_mirror(type))->other == 0);
  CHECK(told('M', of_primitive) == NULL && is_whole('I', word, 0));
}

static void class_that_is_not_known_yet_ends_it(void) {
  fake_open(true);
  addr type = fake_class(fake_object_class, FIELDS);
  fake_hide_class(type);
  fake_live();
  fake_parked(fake_object(type));
  tell(&fixpoint);
}

/* --- limits --- */

static void more_threads_than_can_be_described_are_told_all_the_same(void) {
  fake_open(true);
  fake_live();
  fake_leak();
  struct shared *shared = mmap(NULL, sizeof *shared + 4096, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shared->described_count = MOST_DESCRIBED;
  fake_decide(&fixpoint);
  island_write(memfd_create("island", 0), &fixpoint, &fake_rules, &fake_roots, shared);
  CHECK(shared->described_count == MOST_DESCRIBED && shared->island_objects == 2);
  /* What comes behind the last of them. */
  CHECK(shared->wanted_classes[0] == 0);
}

static void island_that_is_too_large_is_given_up(void) {
  addr latch;
  addr alive;
  addr array;
  leak_with_neighbours(&latch, &alive, &array);
  fake_parked(latch);
  fake_rules.most_bytes = 1000;
  tell(&fixpoint);
}

static void full_disk_is_told(void) {
  fake_open(true);
  fake_leak();
  fake_decide(&fixpoint);
  struct shared *shared = mmap(NULL, sizeof *shared + 4096, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  island_write(open("/dev/full", O_WRONLY), &fixpoint, &fake_rules, &fake_roots, shared);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(island_has_what_only_the_leak_leads_to);
  RUN(objects_are_told_in_the_order_of_addresses);
  RUN(candidate_is_told_with_its_flags);
  RUN(owner_that_is_held_is_told_once);
  RUN(owner_that_has_ended_is_told_as_what_it_is);
  RUN(held_threads_that_block_each_other_are_told_with_what_they_have);
  RUN(what_lives_is_told_where_a_thread_has_it_in_hand);
  RUN(threads_that_live_are_told_once);
  RUN(referent_that_lives_is_told);
  RUN(instances_of_open_classes_are_told_with_what_they_hold);
  RUN(names_of_threads_and_groups_are_told);
  RUN(what_was_moved_is_told_where_it_is_now);
  RUN(contents_of_long_arrays_of_numbers_are_left_out);
  RUN(what_weak_references_lead_to_is_told_as_such);
  RUN(classes_of_what_is_told_are_told_with_their_superclasses);
  RUN(class_that_only_the_island_leads_to_is_told_with_its_static_fields);
  RUN(more_threads_than_can_be_described_are_told_all_the_same);
  run("class_that_is_not_known_yet_ends_it", class_that_is_not_known_yet_ends_it,
      "a class was loaded at that very moment");
  run("island_that_is_too_large_is_given_up", island_that_is_too_large_is_given_up,
      "what only the threads in question lead to is larger than allowed");
  run("full_disk_is_told", full_disk_is_told, "no space for the result");
  return tests_result();
}
