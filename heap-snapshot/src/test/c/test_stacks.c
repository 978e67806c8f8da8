/* What of a thread's stack, its handles and its structure counts, on threads made by hand. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "../../main/c/handles.h"
#include "fake_threads.h"

#define SLEEPING (0x20 | 0x40 | 0x80)
#define PAGE ((addr)4096)

static addr heard[4096];
static size_t heard_count;

static void hear(void *hearer, addr word) {
  (void)hearer;
  CHECK(heard_count < 4096);
  heard[heard_count++] = word;
}

static bool is_heard(addr word) {
  for (size_t i = 0; i < heard_count; i++) {
    if (heard[i] == word) {
      return true;
    }
  }
  return false;
}

static void scan(addr thread, enum activity activity) {
  heap_close();
  heap_open(&fake_rules);
  heard_count = 0;
  stack_scan(thread, activity, hear, NULL);
}

static struct fake_java_thread *thread_of(int32_t status) {
  return (struct fake_java_thread *)fake_thread(7, status, 0);
}

static addr *word_below(struct fake_java_thread *thread, addr bytes) {
  return (addr *)(thread->last_sp - bytes);
}

/* --- stacks --- */

/* What a thread that rests has left below its last Java frame is nothing; one that ran uses it. */
static void frames_of_the_jvm_count_of_a_thread_that_ran(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  addr near = fake_plain();
  addr far = fake_plain();
  *word_below(thread, 16) = near;
  *word_below(thread, 33 << 10) = far;
  scan((addr)thread, MAYBE_IN_NATIVE);
  CHECK(is_heard(near) && !is_heard(far));
  scan((addr)thread, WAITS);
  CHECK(!is_heard(near));
  fake_in_native((addr)thread);
  scan((addr)thread, MAYBE_IN_NATIVE);
  CHECK(!is_heard(near));
}

static void stack_without_java_frames_holds_nothing(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  addr left = fake_plain();
  fake_push((addr)thread, left);
  thread->last_sp = 0;
  scan((addr)thread, ACTIVE);
  CHECK(!is_heard(left));
}

static void what_lies_below_a_stack_is_not_of_it(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  addr inside = fake_plain();
  addr outside = fake_plain();
  *word_below(thread, 512) = inside;
  *word_below(thread, 1032) = outside;
  thread->stack_size = thread->stack_base - thread->last_sp + 1024;
  scan((addr)thread, ACTIVE);
  CHECK(is_heard(inside) && !is_heard(outside));
}

/* Below what is in use lie pages that nobody may read. */
static addr guard_pages(struct fake_java_thread *thread, addr below) {
  addr page = (thread->last_sp - below) & ~(PAGE - 1);
  CHECK(mprotect((void *)(page - PAGE), PAGE, PROT_NONE) == 0);
  return page;
}

static void guard_pages_are_not_read(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  addr inside = fake_plain();
  addr page = guard_pages(thread, PAGE);
  *(addr *)page = inside;
  scan((addr)thread, ACTIVE);
  CHECK(is_heard(inside));
}

static void stack_that_cannot_be_read_is_given_up(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  guard_pages(thread, 0);
  thread->last_sp -= PAGE;
  scan((addr)thread, ACTIVE);
}

static void stack_pointer_above_its_stack_is_given_up(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  thread->last_sp = thread->stack_base;
  scan((addr)thread, ACTIVE);
}

static void stack_pointer_below_its_stack_is_given_up(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  thread->stack_size = thread->stack_base - thread->last_sp - 8;
  scan((addr)thread, ACTIVE);
}

/* Only where the JVM has called Java code once are all frames known to be told by JVMTI. */
static void frames_count_unless_the_jvm_has_called_java_once(void) {
  for (int calls = 0; calls < 3; calls++) {
    fake_open(true);
    vm.call_return = (addr)heard;
    struct fake_java_thread *thread = thread_of(SLEEPING);
    addr left = fake_plain();
    fake_push((addr)thread, left);
    for (int i = 0; i < calls; i++) {
      fake_call((addr)thread);
    }
    scan((addr)thread, WAITS);
    CHECK(is_heard(left) == (calls != 1));
  }
}

/* The address to return to was moved on the way from interpreted to compiled code. */
static void address_that_is_left_beside_the_real_one_is_no_call(void) {
  fake_open(true);
  vm.call_return = (addr)heard;
  struct fake_java_thread *thread = thread_of(SLEEPING);
  addr left = fake_plain();
  fake_push((addr)thread, left);
  fake_call((addr)thread);
  fake_push((addr)thread, vm.call_return);
  scan((addr)thread, WAITS);
  CHECK(!is_heard(left));
}

/* Of one frame there is one call: the other is left of where it was before. */
static void address_with_the_same_frame_is_the_same_call(void) {
  fake_open(true);
  vm.call_return = (addr)heard;
  struct fake_java_thread *thread = thread_of(SLEEPING);
  addr left = fake_plain();
  fake_push((addr)thread, left);
  for (int i = 0; i < 2; i++) {
    fake_push((addr)thread, thread->last_sp + 256);
    fake_push((addr)thread, vm.call_return);
  }
  scan((addr)thread, WAITS);
  CHECK(!is_heard(left));
}

/* Neither below itself nor beyond the stack is a caller's frame. */
static void call_without_a_frame_is_none(void) {
  for (int i = 0; i < 3; i++) {
    fake_open(true);
    vm.call_return = (addr)heard;
    struct fake_java_thread *thread = thread_of(SLEEPING);
    addr left = fake_plain();
    addr frames[] = {thread->last_sp, thread->stack_base, 1};
    fake_push((addr)thread, left);
    fake_push((addr)thread, frames[i]);
    fake_push((addr)thread, vm.call_return);
    scan((addr)thread, WAITS);
    CHECK(is_heard(left));
  }
}

static void frames_count_where_calls_are_not_known(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  addr left = fake_plain();
  for (addr at = thread->last_sp; at < thread->stack_base; at += sizeof(addr)) {
    *(addr *)at = left;
  }
  /* One word that is what is not known, as if it were a call. */
  ((addr *)thread->last_sp)[0] = thread->last_sp + 256;
  ((addr *)thread->last_sp)[1] = vm.call_return = 0;
  scan((addr)thread, WAITS);
  CHECK(is_heard(left));
}

/* JVMTI does not see through the frames of the virtual thread that it carries. */
static void carrier_in_native_code_holds_with_all_its_frames(void) {
  fake_open(true);
  vm.call_return = (addr)heard;
  struct fake_java_thread *thread = thread_of(RUNNING);
  addr deep = fake_plain();
  fake_call((addr)thread);
  fake_push_deep((addr)thread, deep);
  fake_in_native((addr)thread);
  scan((addr)thread, ACTIVE);
  CHECK(is_heard(deep));
  scan((addr)thread, MAYBE_IN_NATIVE);
  CHECK(!is_heard(deep));
}

/* --- the JVM's structure --- */

static void structure_counts_of_a_thread_that_ran_but_for_its_buffer(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(RUNNING);
  addr before = fake_plain();
  addr in_buffer = fake_plain();
  addr behind = fake_plain();
  thread->locks[0] = before;
  thread->buffer[3] = in_buffer;
  thread->resources = behind;
  scan((addr)thread, ACTIVE);
  CHECK(is_heard(before) && is_heard(behind) && !is_heard(in_buffer));
}

static void exceptions_alone_count_of_the_structure_of_a_thread_that_rests(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  addr pending = fake_plain();
  addr thrown = fake_plain();
  addr before = fake_plain();
  addr behind = fake_plain();
  thread->locks[0] = before;
  thread->pending_exception = pending;
  thread->exception = thrown;
  thread->resources = behind;
  scan((addr)thread, WAITS);
  CHECK(is_heard(pending) && is_heard(thrown));
  CHECK(!is_heard(before) && !is_heard(behind));
}

static void word_that_is_not_aligned_is_none(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  addr aligned = fake_plain();
  fake_handle((addr)thread, aligned + 4);
  scan((addr)thread, WAITS);
  CHECK(!is_heard(aligned + 4));
}

/* --- handles of native code --- */

static struct fake_handles *block_with(int32_t top, addr next) {
  struct fake_handles *block = fake_metadata(sizeof *block);
  block->top = top;
  block->next = next;
  for (int i = 0; i < 4; i++) {
    block->slots[i] = fake_plain();
  }
  return block;
}

static void blocks_of_handles_count_as_far_as_they_are_used(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  struct fake_handles *kept = block_with(4, 0);
  struct fake_handles *last = block_with(2, (addr)kept);
  struct fake_handles *full = block_with(4, (addr)last);
  thread->handles = (addr)full;
  scan((addr)thread, WAITS);
  CHECK(is_heard(full->slots[3]) && is_heard(last->slots[1]));
  CHECK(!is_heard(last->slots[2]) && !is_heard(kept->slots[0]));
}

static void block_with_more_handles_than_it_has_is_given_up(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  thread->handles = (addr)block_with(5, 0);
  scan((addr)thread, WAITS);
}

static void block_with_less_than_no_handles_is_given_up(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  struct fake_handles *block = block_with(4, 0);
  block->top = -1;
  thread->handles = (addr)block;
  scan((addr)thread, WAITS);
}

static void blocks_without_end_are_given_up(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  struct fake_handles *block = block_with(4, 0);
  memset(block->slots, 0, sizeof block->slots);
  block->next = (addr)block;
  thread->handles = (addr)block;
  scan((addr)thread, WAITS);
}

/* Of native code that has called Java the stack has the lists, and the thread another one. */
static void handles_of_native_code_that_has_called_java_count(void) {
  fake_open(true);
  vm.call_return = (addr)heard;
  struct fake_java_thread *thread = thread_of(SLEEPING);
  struct fake_handles *aside = block_with(1, 0);
  struct fake_handles *next = block_with(1, 0);
  struct fake_handles *saved = block_with(4, (addr)next);
  saved->before = (addr)aside;
  fake_call((addr)thread);
  fake_push((addr)thread, (addr)thread);
  fake_push((addr)thread, (addr)saved);
  scan((addr)thread, WAITS);
  CHECK(is_heard(saved->slots[0]) && is_heard(saved->slots[3]));
  CHECK(is_heard(next->slots[0]) && !is_heard(next->slots[1]));
  CHECK(is_heard(aside->slots[0]) && !is_heard(aside->slots[1]));
}

static void word_behind_a_thread_may_be_no_list_of_handles(void) {
  fake_open(true);
  struct fake_java_thread *thread = thread_of(SLEEPING);
  struct fake_handles *many = block_with(5, 0);
  struct fake_handles *few = block_with(-1, 0);
  struct fake_handles *endless = block_with(1, 0);
  endless->next = endless->before = (addr)endless;
  addr no_lists[] = {8, 12, 1ul << 46, (addr)many, (addr)few, (addr)endless};
  memset(endless->slots, 0, sizeof endless->slots);
  for (int i = 0; i < 6; i++) {
    fake_push((addr)thread, (addr)thread);
    fake_push((addr)thread, no_lists[i]);
  }
  scan((addr)thread, WAITS);
  CHECK(!is_heard(many->slots[0]) && !is_heard(few->slots[0]));
}

/* --- handles of the JVM's own code --- */

static struct fake_java_thread *with_handle(addr handle) {
  struct fake_java_thread *thread = thread_of(SLEEPING);
  fake_own_handle((addr)thread, handle, fake_plain(), fake_plain());
  return thread;
}

static struct fake_arena *arena_of(const struct fake_java_thread *thread) {
  return (struct fake_arena *)thread->own_handles;
}

/* Another thread's structure may begin with words that look like a mark of this one. */
static void mark_with_an_arena_of_somebody_else_is_none(void) {
  fake_open(true);
  addr handle = fake_plain();
  addr other = fake_plain();
  struct fake_java_thread *thread = with_handle(handle);
  struct fake_java_thread *stranger = with_handle(other);
  struct fake_mark *mark = fake_metadata(sizeof *mark);
  *mark = (struct fake_mark){.thread = (addr)thread, .arena = stranger->own_handles};
  thread->resources = (addr)mark;
  scan((addr)thread, WAITS);
  CHECK(is_heard(handle) && !is_heard(other));
}

static void mark_of_another_thread_is_none(void) {
  fake_open(true);
  addr handle = fake_plain();
  addr beside = fake_plain();
  struct fake_java_thread *thread = with_handle(handle);
  struct fake_java_thread *other = with_handle(beside);
  struct fake_mark *mark = fake_metadata(sizeof *mark);
  *mark = (struct fake_mark){.thread = (addr)other, .arena = other->own_handles};
  thread->resources = (addr)mark;
  thread->pending = other->own_handles;
  scan((addr)thread, WAITS);
  CHECK(is_heard(handle) && !is_heard(beside));
}

static void all_pieces_of_the_handles_count(void) {
  fake_open(true);
  addr handle = fake_plain();
  addr earlier = fake_plain();
  struct fake_java_thread *thread = with_handle(handle);
  struct fake_arena_chunk *first = fake_metadata(sizeof *first);
  first->next = arena_of(thread)->chunk;
  first->length = sizeof first->words;
  first->words[1] = earlier;
  arena_of(thread)->first = (addr)first;
  scan((addr)thread, WAITS);
  CHECK(is_heard(handle) && is_heard(earlier));
}

/* What is not made like an arena is none, where there is no mark to tell. */
static void memory_that_only_begins_like_an_arena_is_not_looked_through(void) {
  for (int wrong = 0; wrong < 4; wrong++) {
    fake_open(true);
    addr handle = fake_plain();
    struct fake_java_thread *thread = with_handle(handle);
    struct fake_arena *arena = arena_of(thread);
    thread->mark = 0;
    if (wrong == 1) {
      ((struct fake_arena_chunk *)arena->chunk)->length = 8;
    } else if (wrong == 2) {
      arena->used = arena->end + 8;
    } else if (wrong == 3) {
      arena->first = 0;
    }
    scan((addr)thread, WAITS);
    CHECK(is_heard(handle) == (wrong == 0));
  }
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(frames_of_the_jvm_count_of_a_thread_that_ran);
  RUN(stack_without_java_frames_holds_nothing);
  RUN(what_lies_below_a_stack_is_not_of_it);
  RUN(guard_pages_are_not_read);
  run("stack_that_cannot_be_read_is_given_up", stack_that_cannot_be_read_is_given_up,
      "the stack of a thread cannot be read");
  run("stack_pointer_above_its_stack_is_given_up", stack_pointer_above_its_stack_is_given_up,
      "the stack pointer of a thread is outside of its stack");
  run("stack_pointer_below_its_stack_is_given_up", stack_pointer_below_its_stack_is_given_up,
      "the stack pointer of a thread is outside of its stack");
  RUN(frames_count_unless_the_jvm_has_called_java_once);
  RUN(address_that_is_left_beside_the_real_one_is_no_call);
  RUN(address_with_the_same_frame_is_the_same_call);
  RUN(call_without_a_frame_is_none);
  RUN(frames_count_where_calls_are_not_known);
  RUN(carrier_in_native_code_holds_with_all_its_frames);
  RUN(structure_counts_of_a_thread_that_ran_but_for_its_buffer);
  RUN(exceptions_alone_count_of_the_structure_of_a_thread_that_rests);
  RUN(word_that_is_not_aligned_is_none);
  RUN(blocks_of_handles_count_as_far_as_they_are_used);
  run("block_with_more_handles_than_it_has_is_given_up",
      block_with_more_handles_than_it_has_is_given_up,
      "a block of JNI handles is not as expected");
  run("block_with_less_than_no_handles_is_given_up", block_with_less_than_no_handles_is_given_up,
      "a block of JNI handles is not as expected");
  run("blocks_without_end_are_given_up", blocks_without_end_are_given_up,
      "a list of JNI handles has no end");
  RUN(handles_of_native_code_that_has_called_java_count);
  RUN(word_behind_a_thread_may_be_no_list_of_handles);
  RUN(mark_with_an_arena_of_somebody_else_is_none);
  RUN(mark_of_another_thread_is_none);
  RUN(all_pieces_of_the_handles_count);
  RUN(memory_that_only_begins_like_an_arena_is_not_looked_through);
  return tests_result();
}
