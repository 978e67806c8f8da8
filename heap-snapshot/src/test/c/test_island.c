/* What is written of islands in heaps made by hand. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_threads.h"

static struct fixpoint fixpoint;

static struct shared *shared_page(void) {
  return mmap(NULL, sizeof(struct shared) + 4096, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void leak_with_neighbours(void) {
  fake_open(true);
  addr latch = fake_object(fake_object_class);
  addr alive = fake_object(fake_object_class);
  fake_set(latch, 0, alive);
  fake_root(alive);
  addr array = fake_array(3000);
  fake_set(latch, 1, array);
  fake_parked(latch);
  fake_decide(&fixpoint);
}

static void island_has_what_only_the_leak_leads_to(void) {
  leak_with_neighbours();
  struct shared *shared = shared_page();
  int file = memfd_create("island", 0);
  island_write(file, &fixpoint, &fake_rules, &fake_roots, shared);
  /* The thread, its latch, the array. */
  CHECK(shared->island_objects == 3);
  CHECK(shared->described_count == 1);
  CHECK(lseek(file, 0, SEEK_END) == shared->island_bytes);
  char last;
  CHECK(pread(file, &last, 1, shared->island_bytes - 1) == 1 && last == 'E');
}

/* How often an island tells an object. */
static int times_told(int file, addr object) {
  static char island[1 << 16];
  ssize_t size = pread(file, island, sizeof island, 0);
  int times = 0;
  for (ssize_t i = 0; i + 9 <= size; i++) {
    times += island[i] == 'I' && memcmp(&island[i + 1], &object, sizeof object) == 0;
  }
  return times;
}

static void owner_that_is_held_is_told_once(void) {
  fake_open(false);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr lock = fake_object(lock_class);
  fake_parked(lock);
  addr owner = fake_parked(fake_object(fake_object_class));
  fake_set(lock, 1, fake_thread_object(owner));
  fake_root(fake_thread_object(owner));
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(owner) == LIVE_HANDLE);
  int file = memfd_create("island", 0);
  island_write(file, &fixpoint, &fake_rules, &fake_roots, shared_page());
  CHECK(times_told(file, fake_thread_object(owner)) == 1);
}

static void garbage_that_a_word_leads_to_is_not_told(void) {
  fake_open(true);
  fake_root(fake_object(fake_object_class));
  addr word = fake_chain_to(0, 10000);
  addr leak = fake_parked(fake_object(fake_object_class));
  fake_push(leak, word);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(leak) == LIVE_NEVER);
  struct shared *shared = shared_page();
  fake_rules.most_bytes = 1000;
  int file = memfd_create("island", 0);
  island_write(file, &fixpoint, &fake_rules, &fake_roots, shared);
  CHECK(times_told(file, word) == 0);
  /* The thread, its latch. */
  CHECK(shared->island_objects == 2);
}

static void way_from_a_word_to_what_ends_a_wait_is_told(void) {
  fake_open(true);
  fake_root(fake_object(fake_object_class));
  addr latch = fake_object(fake_object_class);
  addr behind = fake_chain_to(latch, 100);
  addr holder = fake_parked(fake_object(fake_object_class));
  fake_push(holder, behind);
  addr waiter = fake_parked(latch);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
  struct shared *shared = shared_page();
  int file = memfd_create("island", 0);
  island_write(file, &fixpoint, &fake_rules, &fake_roots, shared);
  CHECK(times_told(file, behind) == 1);
  /* Two threads, their latches, the way. */
  CHECK(shared->island_objects == 104);
}

static void island_that_is_too_large_is_given_up(void) {
  leak_with_neighbours();
  fake_rules.most_bytes = 1000;
  island_write(memfd_create("island", 0), &fixpoint, &fake_rules, &fake_roots, shared_page());
}

static void full_disk_is_told(void) {
  leak_with_neighbours();
  int file = open("/dev/full", O_WRONLY);
  island_write(file, &fixpoint, &fake_rules, &fake_roots, shared_page());
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(island_has_what_only_the_leak_leads_to);
  RUN(owner_that_is_held_is_told_once);
  RUN(garbage_that_a_word_leads_to_is_not_told);
  RUN(way_from_a_word_to_what_ends_a_wait_is_told);
  run("island_that_is_too_large_is_given_up", island_that_is_too_large_is_given_up,
      "what only the threads in question lead to is larger than allowed");
  run("full_disk_is_told", full_disk_is_told, "no space for the result");
  return tests_result();
}
