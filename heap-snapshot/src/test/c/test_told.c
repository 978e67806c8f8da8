/* What is told of that to which words on stacks alone lead. */
#include <string.h>

#include "read_island.h"

static struct fixpoint fixpoint;

static void garbage_that_a_word_leads_to_is_not_told(void) {
  fake_open(true);
  fake_live();
  addr word = fake_chain_to(0, 10000);
  addr leaked = fake_leak();
  fake_push(leaked, word);
  fake_rules.most_bytes = 1000;
  /* The thread, its latch. */
  CHECK(tell(&fixpoint)->island_objects == 2);
  CHECK(told('I', word) == NULL && !leads('W', fake_thread_object(leaked), word));
}

static void way_from_a_word_to_what_ends_a_wait_is_told(void) {
  fake_open(true);
  fake_live();
  addr latch = fake_plain();
  addr way = fake_chain_to(latch, 100);
  addr before = fake_chain_to(way, 1);
  addr holder = fake_leak();
  /* It is met before what leads to it. */
  fake_push(holder, way);
  fake_push(holder, before);
  addr waiter = fake_parked(latch);
  /* Two threads, their latches, the way. */
  CHECK(tell(&fixpoint)->island_objects == 105);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
  CHECK(is_whole('I', way, 0) && leads('W', fake_thread_object(holder), way));
  CHECK(is_whole('I', before, 0) && leads('W', fake_thread_object(holder), before));
}

/* A word may lead to a reference, to what was moved, to what is no object any more. */
static void what_a_word_leads_to_is_read_with_care(void) {
  fake_open(false);
  addr reference_class = fake_class(fake_object_class, 0);
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  fake_live();
  addr latch = fake_plain();
  addr moved = fake_plain();
  fake_move(moved, latch);
  addr array = fake_array(3);
  fake_set_element(array, 0, vm.heap_end - 8);
  fake_set_element(array, 1, 24);
  fake_set_element(array, 2, moved);
  addr weak = fake_object(reference_class);
  fake_set(weak, 0, latch);
  /* A mirror, and how many static fields it has. */
  addr mirror = fake_object(word_at(fake_mirror(fake_object_class) + 8));
  *(addr *)(mirror + HEADER) = fake_object_class;
  *(int32_t *)(mirror + HEADER + 8) = -1;
  addr holder = fake_leak();
  fake_push(holder, array);
  fake_push(holder, weak);
  fake_push(holder, mirror);
  addr waiter = fake_parked(latch);
  tell(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
  CHECK(is_whole('I', weak, 0) && told('M', mirror) == NULL);
  addr elements[3];
  memcpy(elements, told('A', array)->contents, sizeof elements);
  CHECK(elements[0] == 0 && elements[1] == 0 && elements[2] == latch);
}

/* A word leads to an object, that to its class, and its static field to what ends a wait. */
static void way_through_a_class_is_told(void) {
  fake_open(true);
  fake_live();
  addr latch = fake_plain();
  addr type = fake_class_of_other_loader();
  fake_set_static(type, latch);
  addr word = fake_object(type);
  addr holder = fake_leak();
  fake_push(holder, word);
  addr waiter = fake_parked(latch);
  tell(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
  CHECK(is_whole('I', word, 0) && told('M', fake_mirror(type)) != NULL);
}

/* The same, and what ends a wait is of the class's loader. */
static void way_through_a_loader_is_told(void) {
  fake_open(true);
  fake_live();
  addr latch = fake_plain();
  addr loader = fake_plain();
  addr type = fake_class_of_other_loader();
  fake_set_loader(type, loader);
  fake_set(latch, 0, loader);
  addr word = fake_object(type);
  fake_push(fake_leak(), word);
  fake_parked(latch);
  tell(&fixpoint);
  CHECK(is_whole('I', word, 0) && is_whole('I', loader, 0));
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(garbage_that_a_word_leads_to_is_not_told);
  RUN(way_from_a_word_to_what_ends_a_wait_is_told);
  RUN(what_a_word_leads_to_is_read_with_care);
  RUN(way_through_a_class_is_told);
  RUN(way_through_a_loader_is_told);
  return tests_result();
}
