/* What native code knows weakly, in tables laid out as HotSpot has them. */
#include "fake_threads.h"

static struct fixpoint fixpoint;

/* A block of weak JNI references as HotSpot has it. */
struct weak_block {
  addr references[64];
  addr allocated;
  addr owner;
  addr memory;
  addr index;
};

static struct {
  const char *name;
  addr array;
} weak_storage;

static struct {
  addr size;
  addr count;
  addr users;
  addr blocks[8];
} weak_array;

static addr weakly_known_to_native_code(const char *name) {
  static struct weak_block block;
  fake_open(true);
  addr latch = fake_object(fake_object_class);
  block = (struct weak_block){.references = {[3] = latch}, .allocated = 1 << 3};
  block.owner = (addr)&weak_storage;
  weak_array.size = 8;
  weak_array.count = 1;
  weak_array.blocks[0] = (addr)&block;
  weak_storage.name = name;
  weak_storage.array = (addr)&weak_array;
  vm.weak_references = (addr)&weak_storage;
  return fake_parked(latch);
}

static void weak_reference_of_native_code_counts_later(void) {
  addr waiter = weakly_known_to_native_code("JNI Weak");
  addr other = fake_parked(fake_object(fake_object_class));
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(waiter) == LIVE_WEAK);
  CHECK(fake_stage_of(other) == LIVE_NEVER);
}

static void other_storage_of_references_is_given_up(void) {
  weakly_known_to_native_code("JNI Global");
  fake_decide(&fixpoint);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(weak_reference_of_native_code_counts_later);
  run("other_storage_of_references_is_given_up", other_storage_of_references_is_given_up,
      "weak JNI references are not where they are expected");
  return tests_result();
}
