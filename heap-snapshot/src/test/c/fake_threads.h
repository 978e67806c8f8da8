/*
 * The threads of the JVM made by hand, with their stacks, handles and monitors.
 */
#ifndef STRANDED_FAKE_THREADS_H
#define STRANDED_FAKE_THREADS_H

#include "fake_vm.h"

#define STACK_WORDS 32768

/* What HotSpot keeps of a thread, and its stack. */
struct fake_java_thread {
  addr object;
  addr stack_base;
  addr stack_size;
  addr last_sp;
  addr last_pc;
  addr handles;
  addr waiting;
  addr pending;
  addr mounted;
  addr monitor_id;
  addr locks[4];
  uint32_t locks_end;
  addr pending_exception;
  addr exception;
  addr buffer[4];
  addr resources;
  addr own_handles;
  addr mark;
  int32_t state;
  addr object_slot;
  addr stack[STACK_WORDS];
};

struct fake_handles {
  addr slots[4];
  int32_t top;
  addr next;
  addr last;
  addr before;
};

struct fake_arena_chunk {
  addr next;
  addr length;
  addr words[6];
};

struct fake_arena {
  addr kind;
  addr first;
  addr chunk;
  addr used;
  addr end;
  addr padding[3];
};

struct fake_mark {
  addr thread;
  addr arena;
  addr chunk;
  addr used;
  addr end;
  addr padding[3];
};

struct fake_monitor {
  addr object;
  addr owner;
};

/* Forgets all threads, and says how they are laid out. */
void fake_threads_open(void);

/* A started thread; its words of stack are below. A status as JVMTI has it. */
addr fake_thread(int64_t id, int32_t status, addr blocker);
addr fake_thread_object(addr thread);
/* A thread that is parked on an object; ids of these begin at 100. */
addr fake_parked(addr blocker);
/* One that waits for something dropped. */
addr fake_leak(void);
/* What was decided of a candidate. */
enum stage fake_stage_of(addr thread);
void fake_push(addr thread, addr word);
/* In the first frame that the thread had, far from the last. */
void fake_push_deep(addr thread, addr word);
/* Has the JVM call Java code, with one frame of its own for each call. */
void fake_call(addr thread);
/* Has the thread be in native code. */
void fake_in_native(addr thread);
/* Where the last Java frame is in its code. */
void fake_last_pc(addr thread, addr pc);
/* Below the last Java frame. */
void fake_leave(addr thread, addr word);
void fake_handle(addr thread, addr object);
/* A handle of the JVM's own code, what an earlier call left above it, and a word beside. */
void fake_own_handle(addr thread, addr object, addr left, addr beside);
/* Has the thread's handles have no mark by which they are known. */
void fake_unmark_handles(addr thread);

/* A monitor of an object. */
struct fake_monitor *fake_monitor(addr object, addr owner);

#endif
