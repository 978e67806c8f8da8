/* Scans stacks. */
#include "stacks.h"

#include "marking.h"

/* The JVM's own frames lie below the last Java frame; so far down may be what they hold. */
#define BELOW_LAST_SP ((addr)32 << 10)

/* A thread without Java frames has nothing but JNI handles; its outermost frames are looked at. */
#define WITHOUT_JAVA ((addr)64 << 10)

/* More blocks of JNI handles than a thread has that is not out of order. */
#define MOST_HANDLE_BLOCKS (1 << 20)

void stack_bounds(addr java_thread, addr *from, addr *to) {
  addr base = word_at(java_thread + vm.thread_stack_base);
  addr limit = base - word_at(java_thread + vm.thread_stack_size);
  addr last_sp = word_at(java_thread + vm.thread_last_sp);
  addr start = last_sp != 0 ? last_sp - BELOW_LAST_SP : base - WITHOUT_JAVA;
  if (last_sp != 0 && (last_sp < limit || last_sp >= base)) {
    give_up("the stack pointer of a thread is outside of its stack");
  }
  if (start < limit) {
    start = limit;
  }
  addr readable = base == 0 ? 0 : readable_from(base - sizeof(addr));
  if (start < readable) {
    start = readable;
  }
  if (last_sp != 0 && start > last_sp) {
    give_up("the stack of a thread cannot be read");
  }
  *from = (start + sizeof(addr) - 1) & ~(sizeof(addr) - 1);
  *to = base;
}

static void offer(addr from, addr to, void (*hear)(void *, addr), void *hearer) {
  for (addr at = from; at + sizeof(addr) <= to; at += sizeof(addr)) {
    addr word = word_at(at);
    if (in_heap(word) && (word & 7) == 0) {
      hear(hearer, word);
    }
  }
}

static void offer_handles(addr block, void (*hear)(void *, addr), void *hearer) {
  for (int blocks = 0; block != 0; block = word_at(block + vm.handles_next)) {
    if (++blocks > MOST_HANDLE_BLOCKS) {
      give_up("a list of JNI handles has no end");
    }
    int32_t top = int_at(block + vm.handles_top);
    if (top < 0 || top > vm.handles_per_block) {
      give_up("a block of JNI handles is not as expected");
    }
    addr handles = block + vm.handles_block;
    offer(handles, handles + (addr)top * sizeof(addr), hear, hearer);
    if (top < vm.handles_per_block) {
      /* Blocks behind one that is not full are kept for later use. */
      break;
    }
  }
}

void stack_scan(addr java_thread, void (*hear)(void *, addr), void *hearer) {
  addr from;
  addr to;
  stack_bounds(java_thread, &from, &to);
  offer(from, to, hear, hearer);
  offer(java_thread, java_thread + vm.thread_size, hear, hearer);
  offer_handles(word_at(java_thread + vm.thread_handles), hear, hearer);
}
