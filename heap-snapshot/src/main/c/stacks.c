/* Scans stacks. */
#include "stacks.h"

#include "code.h"
#include "handles.h"

/* The JVM's own frames lie below the last Java frame; so far down may be what they hold. */
#define BELOW_LAST_SP ((addr)32 << 10)

/*
 * A native method's frame, and the arguments that interpreted code has for it above it, where its
 * size is not known.
 */
#define NATIVE_FRAME (64 * sizeof(addr))

void stack_bounds(addr java_thread, bool rests, addr *from, addr *to) {
  addr base = word_at(java_thread + vm.thread_stack_base);
  addr limit = base - word_at(java_thread + vm.thread_stack_size);
  addr last_sp = word_at(java_thread + vm.thread_last_sp);
  addr start = rests ? last_sp : last_sp - BELOW_LAST_SP;
  *to = base;
  *from = base;
  if (last_sp == 0) {
    /* Without Java frames it has nothing but handles; what is on its stack was left there. */
    return;
  }
  if (last_sp < limit || last_sp >= base) {
    give_up("the stack pointer of a thread is outside of its stack");
  }
  if (start < limit) {
    start = limit;
  }
  addr readable = readable_from(base - sizeof(addr));
  if (start < readable) {
    start = readable;
  }
  if (start > last_sp) {
    give_up("the stack of a thread cannot be read");
  }
  *from = (start + sizeof(addr) - 1) & ~(sizeof(addr) - 1);
}

static void offer_structure(addr java_thread, bool rests, void (*hear)(void *, addr),
                            void *hearer) {
  if (rests) {
    addr pending = java_thread + vm.thread_pending_exception;
    addr exception = java_thread + vm.thread_exception;
    offer_words(pending, pending + sizeof(addr), hear, hearer);
    offer_words(exception, exception + sizeof(addr), hear, hearer);
    return;
  }
  /* All but the bounds of the buffer in which it allocates: what lies there is not held by it. */
  addr buffer = java_thread + vm.thread_buffer;
  offer_words(java_thread, buffer, hear, hearer);
  offer_words(buffer + vm.buffer_size, java_thread + vm.thread_size, hear, hearer);
}

/*
 * The frame of the JVM's own that has called Java code, where a word is the address to return to;
 * 0 if it is no such word, or one that is left beside: who is called has kept the caller's frame
 * pointer below the address, wherever an adapter between interpreted and compiled code has moved it.
 */
static addr caller_at(addr at, addr to) {
  addr caller = word_at(at - sizeof(addr));
  return word_at(at) == vm.call_return && caller > at && caller < to ? caller : 0;
}

/* Whether the JVM has called Java code just once: to start the thread, or from its native code. */
static bool is_called_once(addr from, addr to) {
  addr only = 0;
  for (addr at = from + sizeof(addr); at + sizeof(addr) <= to; at += sizeof(addr)) {
    addr caller = caller_at(at, to);
    if (caller != 0 && only != 0 && caller != only) {
      return false;
    }
    only = caller == 0 ? only : caller;
  }
  return vm.call_return != 0 && only != 0;
}

/* The frame of the native method that a thread is in, with the arguments that its caller has. */
static size_t native_frame(addr java_thread) {
  struct code code;
  if (code_at(word_at(java_thread + vm.thread_last_pc), &code) && code.of_native_method &&
      code.frame_bytes > 0) {
    return code.frame_bytes + code_argument_bytes(&code);
  }
  return NATIVE_FRAME;
}

void stack_scan(addr java_thread, enum activity activity, void (*hear)(void *, addr),
                void *hearer) {
  bool in_native = int_at(java_thread + vm.thread_state) == vm.state_in_native;
  bool rests = activity == WAITS || in_native;
  addr from;
  addr to;
  stack_bounds(java_thread, rests, &from, &to);
  handles_offer_of_callers(java_thread, from, to, hear, hearer);
  if (rests && activity != ACTIVE && is_called_once(from, to)) {
    addr told = activity == WAITS ? from : from + native_frame(java_thread);
    to = told < to ? told : to;
  }
  offer_words(from, to, hear, hearer);
  offer_structure(java_thread, rests, hear, hearer);
  handles_offer(java_thread, hear, hearer);
}
