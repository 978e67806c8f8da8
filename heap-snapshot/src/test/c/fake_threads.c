/* Threads made by hand. */
#define _GNU_SOURCE
#include "fake_threads.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* What frames take of a stack. */
#define USED_WORDS 96
#define MOST_THREADS 256

static struct {
  addr list[4];
  addr list_at;
  addr threads[MOST_THREADS];
} fake;

void fake_threads_open(void) {
  memset(&fake, 0, sizeof fake);
  fake.list_at = (addr)fake.list;
  vm.thread_list = (addr)&fake.list_at;
  vm.list_length = 0;
  vm.list_threads = 8;
  vm.thread_size = offsetof(struct fake_java_thread, stack);
  vm.thread_object = offsetof(struct fake_java_thread, object);
  vm.thread_mounted = offsetof(struct fake_java_thread, mounted);
  vm.thread_stack_base = offsetof(struct fake_java_thread, stack_base);
  vm.thread_stack_size = offsetof(struct fake_java_thread, stack_size);
  vm.thread_last_sp = offsetof(struct fake_java_thread, last_sp);
  vm.thread_last_pc = offsetof(struct fake_java_thread, last_pc);
  vm.thread_state = offsetof(struct fake_java_thread, state);
  vm.thread_pending_exception = offsetof(struct fake_java_thread, pending_exception);
  vm.thread_exception = offsetof(struct fake_java_thread, exception);
  vm.thread_buffer = offsetof(struct fake_java_thread, buffer);
  vm.buffer_size = 4 * sizeof(addr);
  vm.state_in_native = 4;
  vm.thread_handles = offsetof(struct fake_java_thread, handles);
  vm.thread_waiting_monitor = offsetof(struct fake_java_thread, waiting);
  vm.thread_pending_monitor = offsetof(struct fake_java_thread, pending);
  vm.thread_monitor_id = NO_OFFSET;
  vm.thread_locks = NO_OFFSET;
  vm.handles_block = offsetof(struct fake_handles, slots);
  vm.handles_top = offsetof(struct fake_handles, top);
  vm.handles_next = offsetof(struct fake_handles, next);
  vm.handles_per_block = 4;
  vm.monitor_object = offsetof(struct fake_monitor, object);
  vm.monitor_owner = offsetof(struct fake_monitor, owner);
}

addr fake_thread(int64_t id, int32_t status, addr blocker) {
  struct fake_java_thread *thread =
      mmap(NULL, sizeof *thread, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  addr object = fake_object(fake_thread_class);
  fake_set(object, 0, blocker);
  *(int64_t *)(object + THREAD_ID) = id;
  *(int32_t *)(object + THREAD_STATUS) = status;
  thread->object_slot = object;
  thread->object = (addr)&thread->object_slot;
  thread->stack_base = (addr)&thread->stack[STACK_WORDS];
  thread->stack_size = sizeof thread->stack;
  thread->last_sp = thread->stack_base - USED_WORDS * sizeof(addr);
  thread->state = 10;
  int32_t count = *(int32_t *)&fake.list[0];
  fake.threads[count] = (addr)thread;
  *(int32_t *)&fake.list[0] = count + 1;
  fake.list[1] = (addr)fake.threads;
  return (addr)thread;
}

addr fake_thread_object(addr thread) {
  return ((struct fake_java_thread *)thread)->object_slot;
}

addr fake_parked(addr blocker) {
  static int64_t id = 100;
  return fake_thread(id++, PARKED, blocker);
}

addr fake_leak(void) {
  return fake_parked(fake_plain());
}

enum stage fake_stage_of(addr thread) {
  const struct candidate *candidate = candidate_of(fake_thread_object(thread));
  CHECK(candidate != NULL);
  return candidate->stage;
}

static addr free_slot(addr thread) {
  struct fake_java_thread *at = (struct fake_java_thread *)thread;
  for (addr slot = at->last_sp; slot < at->stack_base; slot += sizeof(addr)) {
    if (word_at(slot) == 0) {
      return slot;
    }
  }
  abort();
}

void fake_push(addr thread, addr word) {
  *(addr *)free_slot(thread) = word;
}

void fake_call(addr thread) {
  fake_push(thread, free_slot(thread) + 256);
  fake_push(thread, vm.call_return);
}

void fake_push_deep(addr thread, addr word) {
  *(addr *)(((struct fake_java_thread *)thread)->stack_base - sizeof(addr)) = word;
}

void fake_in_native(addr thread) {
  ((struct fake_java_thread *)thread)->state = vm.state_in_native;
}

void fake_last_pc(addr thread, addr pc) {
  ((struct fake_java_thread *)thread)->last_pc = pc;
}

void fake_leave(addr thread, addr word) {
  *(addr *)(((struct fake_java_thread *)thread)->last_sp - 64) = word;
}

void fake_handle(addr thread, addr object) {
  struct fake_java_thread *at = (struct fake_java_thread *)thread;
  if (at->handles == 0) {
    at->handles = (addr)fake_metadata(sizeof(struct fake_handles));
  }
  struct fake_handles *block = (struct fake_handles *)at->handles;
  block->slots[block->top++] = object;
}

static addr arena_with(addr word, addr left) {
  struct fake_arena *arena = fake_metadata(sizeof *arena);
  struct fake_arena_chunk *chunk = fake_metadata(sizeof *chunk);
  chunk->length = sizeof chunk->words;
  chunk->words[0] = word;
  chunk->words[1] = left;
  arena->first = (addr)chunk;
  arena->chunk = (addr)chunk;
  arena->used = (addr)&chunk->words[1];
  arena->end = (addr)(chunk + 1);
  return (addr)arena;
}

void fake_own_handle(addr thread, addr object, addr left, addr beside) {
  struct fake_java_thread *at = (struct fake_java_thread *)thread;
  struct fake_mark *mark = fake_metadata(sizeof *mark);
  at->resources = arena_with(beside, 0);
  at->own_handles = arena_with(object, left);
  at->mark = (addr)mark;
  mark->thread = thread;
  mark->arena = at->own_handles;
  const struct fake_arena *arena = (const struct fake_arena *)at->own_handles;
  mark->chunk = arena->chunk;
  mark->used = arena->used;
  mark->end = arena->end;
}

void fake_unmark_handles(addr thread) {
  ((struct fake_mark *)((struct fake_java_thread *)thread)->mark)->thread = 0;
}

struct fake_monitor *fake_monitor(addr object, addr owner) {
  struct fake_monitor *monitor = fake_metadata(sizeof *monitor);
  addr *slot = fake_metadata(sizeof *slot);
  *slot = object;
  *monitor = (struct fake_monitor){(addr)slot, owner};
  return monitor;
}
