/* What is decided of threads in heaps made by hand. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_threads.h"

static struct fixpoint fixpoint;

static void dropped_latch_is_never_reached(void) {
  for (int narrow = 0; narrow < 2; narrow++) {
    fake_open(narrow);
    addr dropped = fake_leak();
    addr latch = fake_plain();
    addr held = fake_parked(latch);
    fake_root(latch);
    fake_decide(&fixpoint);
    CHECK(fake_stage_of(dropped) == LIVE_NEVER);
    CHECK(fake_stage_of(held) == LIVE_STRONG);
    fixpoint_close(&fixpoint);
    threads_close();
    heap_close();
  }
}

static void long_chain_is_followed(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr waiter = fake_parked(latch);
  fake_root(fake_chain_to(latch, 10000));
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_STRONG);
}

static void last_element_of_a_large_array_is_followed(void) {
  fake_open(false);
  addr latch = fake_plain();
  addr waiter = fake_parked(latch);
  addr array = fake_array(10007);
  fake_set_element(array, 10006, latch);
  addr holder = fake_plain();
  fake_set(holder, 3, array);
  fake_root(holder);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_STRONG);
}

static void static_field_is_followed_unless_it_is_skipped(void) {
  for (int skipped = 0; skipped < 2; skipped++) {
    fake_open(true);
    addr latch = fake_plain();
    addr waiter = fake_parked(latch);
    addr type = fake_class(fake_object_class, FIELDS);
    fake_set_static(type, latch);
    if (skipped) {
      fake_rule(RULE_SKIP_STATIC, type, 16 + 8 * (FIELDS + 4));
    }
    fake_root(fake_object(type));
    fake_decide(&fixpoint);
    CHECK(fake_stage_of(waiter) == (skipped ? LIVE_NEVER : LIVE_STRONG));
    fixpoint_close(&fixpoint);
    threads_close();
    heap_close();
  }
}

static void thread_behind_a_thread_goes_with_it(void) {
  fake_open(true);
  addr inner = fake_plain();
  addr outer = fake_plain();
  addr holder = fake_parked(inner);
  fake_push(holder, outer);
  addr behind = fake_parked(outer);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(holder) == LIVE_NEVER);
  CHECK(fake_stage_of(behind) == LIVE_NEVER);
  fixpoint_close(&fixpoint);
  threads_close();
  heap_close();
  fake_root(inner);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(holder) == LIVE_STRONG);
  CHECK(fake_stage_of(behind) == LIVE_STRONG);
}

static void owner_alone_ends_the_wait_for_a_lock(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr lock = fake_object(lock_class);
  addr waiter = fake_parked(lock);
  fake_root(lock);
  addr owner = fake_leak();
  fake_set(lock, 1, fake_thread_object(owner));
  addr free_lock = fake_object(lock_class);
  addr running = fake_thread(7, RUNNING, 0);
  fake_set(free_lock, 1, fake_thread_object(running));
  addr waits_for_running = fake_parked(free_lock);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
  CHECK(fake_stage_of(owner) == LIVE_NEVER);
  CHECK(fake_stage_of(waits_for_running) == LIVE_STRONG);
}

static void lock_of_the_application_gives_its_threads_away(void) {
  for (int of_jdk = 0; of_jdk < 2; of_jdk++) {
    fake_open(true);
    addr lock_class = fake_class(fake_object_class, FIELDS);
    addr sync_class = fake_class(fake_object_class, FIELDS);
    fake_rule(RULE_OWNER, sync_class, fake_offset(1));
    fake_gives(lock_class, sync_class);
    if (!of_jdk) {
      fake_loader_of_application();
    }
    addr sync = fake_object(sync_class);
    addr lock = fake_object(lock_class);
    fake_set(lock, 0, sync);
    addr owner = fake_leak();
    fake_set(sync, 1, fake_thread_object(owner));
    addr waiter = fake_parked(sync);
    fake_root(lock);
    fake_decide(&fixpoint);
    CHECK(fake_stage_of(owner) == (of_jdk ? LIVE_NEVER : LIVE_HANDLE));
    CHECK(fake_stage_of(waiter) == (of_jdk ? LIVE_NEVER : LIVE_HANDLE));
    fixpoint_close(&fixpoint);
    threads_close();
    heap_close();
  }
}

static void weak_reference_counts_later(void) {
  fake_open(true);
  addr reference_class = fake_class(fake_object_class, 0);
  addr finalizer_class = fake_class(reference_class, 0);
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  fake_rule(RULE_FOLLOW, finalizer_class, fake_offset(0));
  addr weak = fake_plain();
  addr strong = fake_plain();
  addr weak_reference = fake_object(reference_class);
  addr finalizer = fake_object(finalizer_class);
  fake_set(weak_reference, 0, weak);
  fake_set(finalizer, 0, strong);
  fake_root(weak_reference);
  fake_root(finalizer);
  addr weakly = fake_parked(weak);
  addr strongly = fake_parked(strong);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(weakly) == LIVE_WEAK);
  CHECK(fake_stage_of(strongly) == LIVE_STRONG);
}

static void handle_counts_last_and_private_fields_not_at_all(void) {
  fake_open(true);
  addr latch = fake_plain();
  addr waiter = fake_parked(latch);
  addr keeps = fake_plain();
  fake_set(fake_thread_object(waiter), 1, keeps);
  addr behind = fake_parked(keeps);
  fake_root(fake_thread_object(waiter));
  addr bare = fake_parked(0);
  fake_root(fake_thread_object(bare));
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_HANDLE);
  CHECK(fake_stage_of(behind) == LIVE_HANDLE);
  CHECK(fake_stage_of(bare) == LIVE_STRONG);
}

static void handle_that_only_an_interrupted_thread_has_is_no_weak_one(void) {
  fake_open(true);
  addr waiter = fake_leak();
  fake_root(fake_thread_object(waiter));
  addr bare = fake_parked(0);
  fake_set(fake_thread_object(waiter), 1, fake_thread_object(bare));
  fake_decide(&fixpoint);
  const struct candidate *candidate = candidate_of(fake_thread_object(bare));
  CHECK(candidate->stage == LIVE_HANDLE);
  CHECK(candidate->handle_late && !candidate->handle_weak && !candidate->handle_strong);
}

static void stack_of_a_live_thread_holds(void) {
  fake_open(true);
  addr running = fake_thread(7, RUNNING, 0);
  addr sleeping = fake_thread(8, 0x20 | 0x40 | 0x80, 0);
  addr on_stack = fake_plain();
  addr below = fake_plain();
  addr left = fake_plain();
  addr handle = fake_plain();
  fake_push(running, on_stack);
  fake_leave(running, below);
  fake_leave(sleeping, left);
  fake_handle(sleeping, handle);
  addr waits[] = {fake_parked(on_stack), fake_parked(below), fake_parked(left), fake_parked(handle)};
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waits[0]) == LIVE_STRONG);
  CHECK(fake_stage_of(waits[1]) == LIVE_STRONG);
  CHECK(fake_stage_of(waits[2]) == LIVE_NEVER);
  CHECK(fake_stage_of(waits[3]) == LIVE_STRONG);
}

/* The collector looks through handles, and through nothing else that the JVM keeps of a thread. */
static void handle_of_the_jvms_own_code_holds_and_what_lies_beside_does_not(void) {
  for (int known = 0; known < 2; known++) {
    fake_open(true);
    addr sleeping = fake_thread(7, 0x20 | 0x40 | 0x80, 0);
    addr handle = fake_plain();
    addr left = fake_plain();
    addr beside = fake_plain();
    fake_own_handle(sleeping, handle, left, beside);
    if (!known) {
      fake_unmark_handles(sleeping);
    }
    addr waits[] = {fake_parked(handle), fake_parked(left), fake_parked(beside)};
    fake_decide(&fixpoint);
    CHECK(fake_stage_of(waits[0]) == LIVE_STRONG);
    CHECK(fake_stage_of(waits[1]) == LIVE_NEVER);
    CHECK(fake_stage_of(waits[2]) == (known ? LIVE_NEVER : LIVE_STRONG));
    fixpoint_close(&fixpoint);
    threads_close();
    heap_close();
  }
}

/* What JVMTI has told of a thread that rests is all, but for a native method's arguments. */
static void word_that_was_left_in_the_frames_of_a_resting_thread_holds_nothing(void) {
  fake_open(true);
  vm.call_return = (addr)&fixpoint;
  addr sleeping = fake_thread(7, 0x20 | 0x40 | 0x80, 0);
  addr reading = fake_thread(8, RUNNING, 0);
  addr running = fake_thread(9, RUNNING, 0);
  addr initializing = fake_thread(10, 0x20 | 0x40 | 0x80, 0);
  addr left[6];
  for (int i = 0; i < 6; i++) {
    left[i] = fake_plain();
  }
  fake_in_native(reading);
  fake_push(sleeping, left[0]);
  fake_push(reading, left[1]);
  fake_push_deep(reading, left[2]);
  fake_push(running, left[3]);
  fake_push_deep(running, left[4]);
  fake_push(initializing, left[5]);
  addr all[] = {sleeping, reading, running, initializing, initializing};
  for (int i = 0; i < 5; i++) {
    fake_call(all[i]);
  }
  addr waits[6];
  for (int i = 0; i < 6; i++) {
    waits[i] = fake_parked(left[i]);
  }
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waits[0]) == LIVE_NEVER);
  CHECK(fake_stage_of(waits[1]) == LIVE_STRONG);
  CHECK(fake_stage_of(waits[2]) == LIVE_NEVER);
  CHECK(fake_stage_of(waits[3]) == LIVE_STRONG);
  CHECK(fake_stage_of(waits[4]) == LIVE_STRONG);
  CHECK(fake_stage_of(waits[5]) == LIVE_STRONG);
}

static void words_that_are_no_objects_do_no_harm(void) {
  fake_open(true);
  addr running = fake_thread(7, RUNNING, 0);
  addr garbage = fake_plain();
  fake_set(garbage, 0, vm.heap_end - 8);
  fake_push(running, garbage);
  fake_push(running, vm.heap_end - 8);
  fake_push(running, vm.heap_start + 3);
  munmap((void *)(vm.heap_end - 4096), 4096);
  addr waiter = fake_leak();
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
}

static void virtual_thread_that_only_a_word_leads_to_is_not_judged(void) {
  fake_open(true);
  addr garbage = fake_plain();
  *(addr *)(garbage + 8) = 0x1234;
  addr running = fake_thread(7, RUNNING, 0);
  addr left_behind = fake_virtual(50, garbage);
  fake_push(running, left_behind);
  addr on_island = fake_virtual(51, garbage);
  addr leaked = fake_leak();
  fake_push(leaked, on_island);
  addr behind = fake_plain();
  fake_set(on_island, 1, behind);
  addr held = fake_parked(behind);
  fake_decide(&fixpoint);
  CHECK(candidate_of(left_behind) == NULL);
  CHECK(candidate_of(on_island) == NULL);
  CHECK(is_marked(&fixpoint.live.own, on_island));
  CHECK(fake_stage_of(leaked) == LIVE_NEVER);
  CHECK(fake_stage_of(held) == LIVE_STRONG);
}

static void virtual_thread_that_a_leaked_one_surely_leads_to_is_judged(void) {
  fake_open(true);
  addr leaked = fake_leak();
  addr inner = fake_virtual(50, fake_plain());
  fake_set(fake_thread_object(leaked), 1, inner);
  /* A word leads there too, and is met before. */
  addr first = fake_leak();
  fake_push(first, inner);
  fake_decide(&fixpoint);
  CHECK(candidate_of(inner) != NULL && candidate_of(inner)->stage == LIVE_NEVER);
  CHECK(fake_stage_of(leaked) == LIVE_NEVER);
}

static void registry_of_virtual_threads_is_nobodys_handle(void) {
  fake_open(true);
  addr registrar = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_REGISTRY, registrar, 16 + 8 * (FIELDS + 4));
  fake_root(fake_object(registrar));
  addr table = fake_array(3);
  addr latch = fake_plain();
  addr dropped = fake_virtual(50, fake_plain());
  addr held = fake_virtual(51, latch);
  fake_set_element(table, 0, dropped);
  fake_set_element(table, 1, held);
  fake_set_static(registrar, table);
  fake_root(latch);
  addr running = fake_thread(7, RUNNING, 0);
  fake_push(running, table);
  fake_decide(&fixpoint);
  CHECK(candidate_of(dropped)->stage == LIVE_NEVER);
  CHECK(!candidate_of(dropped)->handle_strong);
  CHECK(candidate_of(held)->stage == LIVE_STRONG);
}

static void what_was_moved_twice_or_never_made_is_no_object(void) {
  fake_open(true);
  addr now = fake_plain();
  addr then = fake_plain();
  addr before = fake_plain();
  addr stays = fake_plain();
  *(addr *)then = now | 3;
  *(addr *)before = then | 3;
  heap_open(&fake_rules);
  CHECK(looks_like_object(stays));
  CHECK(looks_like_object(then));
  CHECK(!looks_like_object(before));
  /* Where nothing was ever allocated there is no class, and not the first that was found. */
  CHECK(!looks_like_object(stays + ((addr)1 << 20)));
}

static void object_of_no_class_ends_it(void) {
  fake_open(true);
  addr bad = fake_plain();
  *(addr *)(bad + 8) = 0x1234;
  addr holder = fake_plain();
  fake_set(holder, 0, bad);
  fake_root(holder);
  fake_decide(&fixpoint);
}

static void reference_out_of_the_heap_ends_it(void) {
  fake_open(false);
  addr holder = fake_plain();
  fake_set(holder, 0, vm.heap_end + 64);
  fake_root(holder);
  fake_decide(&fixpoint);
}

static void root_of_another_size_is_refused(void) {
  fake_open(true);
  fake_root(fake_plain());
  heap_open(&fake_rules);
  CHECK(roots_check(&fake_roots) == NULL);
  fake_roots.items[0].size = 8;
  CHECK(strcmp(roots_check(&fake_roots), "a root is not as large as JVMTI says") == 0);
  fake_roots.items[0].object = vm.heap_end;
  CHECK(strcmp(roots_check(&fake_roots), "a root is not where the heap is") == 0);
}

/* The same decisions, by the slowest way there is. */
#define NODES 120
#define WAITERS 24

static void random_graphs_are_decided_as_by_a_slow_way(void) {
  for (unsigned seed = 1; seed <= 200; seed++) {
    srand(seed);
    fake_open(seed % 2 == 0);
    addr nodes[NODES];
    static int edges[NODES][FIELDS];
    bool root[NODES] = {false};
    int sync[WAITERS];
    int holds[WAITERS];
    addr threads[WAITERS];
    for (int i = 0; i < NODES; i++) {
      nodes[i] = fake_plain();
    }
    for (int i = 0; i < NODES; i++) {
      for (int f = 0; f < FIELDS; f++) {
        edges[i][f] = rand() % 5 == 0 ? rand() % NODES : -1;
        fake_set(nodes[i], f, edges[i][f] < 0 ? 0 : nodes[edges[i][f]]);
      }
      root[i] = rand() % 40 == 0;
      if (root[i]) {
        fake_root(nodes[i]);
      }
    }
    for (int w = 0; w < WAITERS; w++) {
      sync[w] = rand() % NODES;
      holds[w] = rand() % NODES;
      threads[w] = fake_parked(nodes[sync[w]]);
      fake_push(threads[w], nodes[holds[w]]);
    }
    bool live[NODES];
    bool woken[WAITERS] = {false};
    memcpy(live, root, sizeof live);
    for (bool again = true; again;) {
      again = false;
      for (int i = 0; i < NODES; i++) {
        for (int f = 0; f < FIELDS; f++) {
          if (live[i] && edges[i][f] >= 0 && !live[edges[i][f]]) {
            live[edges[i][f]] = again = true;
          }
        }
      }
      for (int w = 0; w < WAITERS; w++) {
        if (live[sync[w]] && !woken[w]) {
          woken[w] = live[holds[w]] = again = true;
        }
      }
    }
    fake_decide(&fixpoint);
    for (int w = 0; w < WAITERS; w++) {
      CHECK(fake_stage_of(threads[w]) == (woken[w] ? LIVE_STRONG : LIVE_NEVER));
    }
    fixpoint_close(&fixpoint);
    threads_close();
    heap_close();
  }
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(dropped_latch_is_never_reached);
  RUN(long_chain_is_followed);
  RUN(last_element_of_a_large_array_is_followed);
  RUN(static_field_is_followed_unless_it_is_skipped);
  RUN(thread_behind_a_thread_goes_with_it);
  RUN(owner_alone_ends_the_wait_for_a_lock);
  RUN(lock_of_the_application_gives_its_threads_away);
  RUN(weak_reference_counts_later);
  RUN(handle_counts_last_and_private_fields_not_at_all);
  RUN(handle_that_only_an_interrupted_thread_has_is_no_weak_one);
  RUN(stack_of_a_live_thread_holds);
  RUN(handle_of_the_jvms_own_code_holds_and_what_lies_beside_does_not);
  RUN(word_that_was_left_in_the_frames_of_a_resting_thread_holds_nothing);
  RUN(words_that_are_no_objects_do_no_harm);
  RUN(root_of_another_size_is_refused);
  RUN(virtual_thread_that_only_a_word_leads_to_is_not_judged);
  RUN(virtual_thread_that_a_leaked_one_surely_leads_to_is_judged);
  RUN(registry_of_virtual_threads_is_nobodys_handle);
  RUN(what_was_moved_twice_or_never_made_is_no_object);
  RUN(random_graphs_are_decided_as_by_a_slow_way);
  run("object_of_no_class_ends_it", object_of_no_class_ends_it,
      "an object is of no known class");
  run("reference_out_of_the_heap_ends_it", reference_out_of_the_heap_ends_it,
      "a reference leads out of the heap");
  return tests_result();
}
