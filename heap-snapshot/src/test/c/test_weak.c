/* What native code knows weakly, in tables laid out as HotSpot has them. */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "fake_threads.h"

#define PAGE ((size_t)4096)
#define NOT_MAPPED ((addr)64)
#define LAST 63

static struct fixpoint fixpoint;

struct weak_block {
  addr references[64];
  addr allocated;
  addr owner;
  addr memory;
  addr index;
};

struct weak_array {
  addr size;
  addr count;
  addr users;
  addr blocks[8];
};

static struct {
  const char *name;
  struct weak_array *array;
} storage;

static struct weak_array array;
static struct weak_block blocks[2];

/* Two blocks, of which the last reference is used. */
static addr known_to_native_code(void) {
  fake_open(true);
  addr latch = fake_plain();
  for (int i = 0; i < 2; i++) {
    blocks[i] = (struct weak_block){.owner = (addr)&storage, .index = (addr)i};
    array.blocks[i] = (addr)&blocks[i];
  }
  blocks[1].references[LAST] = latch;
  blocks[1].allocated = (addr)1 << LAST;
  array.size = 8;
  array.count = 2;
  storage.name = "JNI Weak";
  storage.array = &array;
  vm.weak_references = (addr)&storage;
  return fake_parked(latch);
}

static void weak_reference_of_native_code_counts_later(void) {
  addr waiter = known_to_native_code();
  addr other = fake_leak();
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_WEAK);
  CHECK(fake_stage_of(other) == LIVE_NEVER);
}

static void reference_that_was_freed_counts_for_nothing(void) {
  addr waiter = known_to_native_code();
  blocks[1].allocated = 1;
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
}

/* The last words before memory that cannot be read. */
static struct weak_array *array_at_the_end_of_memory(size_t bytes) {
  char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + PAGE, PAGE, PROT_NONE);
  return (struct weak_array *)(void *)(pages + PAGE - bytes);
}

static void storage_without_blocks_has_no_references(void) {
  addr waiter = known_to_native_code();
  storage.array = array_at_the_end_of_memory(3 * sizeof(addr));
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_NEVER);
}

enum damage { STORAGE, NAME, OTHER_NAME, ARRAY, COUNT, BLOCKS, BLOCK, OWNER, INDEX, DAMAGES };

static enum damage damage;

static void damaged_storage_is_given_up(void) {
  known_to_native_code();
  switch (damage) {
    case STORAGE:
      vm.weak_references = NOT_MAPPED;
      break;
    case NAME:
      storage.name = (const char *)NOT_MAPPED;
      break;
    case OTHER_NAME:
      storage.name = "JNI Global";
      break;
    case ARRAY:
      storage.array = (struct weak_array *)NOT_MAPPED;
      break;
    case COUNT:
      array.size = 1;
      break;
    case BLOCKS:
      storage.array = array_at_the_end_of_memory(4 * sizeof(addr));
      storage.array->size = 2;
      storage.array->count = 2;
      storage.array->blocks[0] = (addr)&blocks[0];
      break;
    case BLOCK:
      array.blocks[0] = NOT_MAPPED;
      break;
    case OWNER:
      blocks[0].owner = (addr)&array;
      break;
    case INDEX:
      blocks[0].index = 1;
      break;
    case DAMAGES:
      break;
  }
  fake_decide(&fixpoint);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(weak_reference_of_native_code_counts_later);
  RUN(reference_that_was_freed_counts_for_nothing);
  RUN(storage_without_blocks_has_no_references);
  for (damage = 0; damage < DAMAGES; damage++) {
    run("damaged_storage_is_given_up", damaged_storage_is_given_up,
        "weak JNI references are not where they are expected");
  }
  return tests_result();
}
