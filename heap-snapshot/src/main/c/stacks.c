/* Scans stacks. */
#include "stacks.h"

#include "code.h"
#include "marking.h"

/* The JVM's own frames lie below the last Java frame; so far down may be what they hold. */
#define BELOW_LAST_SP ((addr)32 << 10)

/*
 * A native method's frame, and the arguments that interpreted code has for it above it, where its
 * size is not known.
 */
#define NATIVE_FRAME (64 * sizeof(addr))

/* The first words of an arena, and the largest of its chunks. */
#define ARENA_WORDS 8
#define MOST_ARENA_CHUNK ((addr)1 << 16)
#define MOST_ARENA_CHUNKS 65536
#define MOST_CHUNK_HEADER (6 * sizeof(addr))

/* More blocks of JNI handles than a thread has that is not out of order. */
#define MOST_HANDLE_BLOCKS (1 << 20)

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

/* Whether a piece of an arena ends where it should: Chunk { Chunk *_next; size_t _len; … }. */
static bool is_chunk(addr chunk, addr end) {
  addr header = end - chunk - word_at(chunk + sizeof(addr));
  return header >= 2 * sizeof(addr) && header <= MOST_CHUNK_HEADER;
}

static void offer_chunks(addr first, addr last, addr used, void (*hear)(void *, addr),
                         void *hearer) {
  addr chunk = first;
  for (int chunks = 0; chunk != last && chunks < MOST_ARENA_CHUNKS; chunks++) {
    if (!is_readable(chunk, chunk + MOST_CHUNK_HEADER)) {
      break;
    }
    addr end = chunk + word_at(chunk + sizeof(addr));
    if (end - chunk > MOST_ARENA_CHUNK || !is_readable(chunk, end)) {
      break;
    }
    offer(chunk, end, hear, hearer);
    chunk = word_at(chunk);
  }
  offer(last, used, hear, hearer);
}

/*
 * Handles of the JVM's own code lie in an arena that nothing tells of but the structure itself:
 * whatever it refers to that is made like an arena is looked through.
 */
static void offer_arena(addr arena, void (*hear)(void *, addr), void *hearer) {
  if ((arena & 7) != 0 || !is_readable(arena, arena + ARENA_WORDS * sizeof(addr))) {
    return;
  }
  for (addr at = arena; at + 4 * sizeof(addr) <= arena + ARENA_WORDS * sizeof(addr);
       at += sizeof(addr)) {
    /* Chunk *_first; Chunk *_chunk; char *_hwm; char *_max */
    addr first = word_at(at);
    addr chunk = word_at(at + sizeof(addr));
    addr used = word_at(at + 2 * sizeof(addr));
    addr end = word_at(at + 3 * sizeof(addr));
    if (first != 0 && (first & 7) == 0 && (chunk & 7) == 0 && chunk < used && used <= end &&
        end - chunk <= MOST_ARENA_CHUNK && is_readable(chunk, end) && is_chunk(chunk, end)) {
      offer_chunks(first, chunk, used, hear, hearer);
    }
  }
}

static void offer_structure(addr java_thread, bool rests, void (*hear)(void *, addr),
                            void *hearer) {
  for (addr at = java_thread; at + sizeof(addr) <= java_thread + vm.thread_size;
       at += sizeof(addr)) {
    offer_arena(word_at(at), hear, hearer);
  }
  if (rests) {
    addr pending = java_thread + vm.thread_pending_exception;
    addr exception = java_thread + vm.thread_exception;
    offer(pending, pending + sizeof(addr), hear, hearer);
    offer(exception, exception + sizeof(addr), hear, hearer);
    return;
  }
  /* All but the bounds of the buffer in which it allocates: what lies there is not held by it. */
  addr buffer = java_thread + vm.thread_buffer;
  offer(java_thread, buffer, hear, hearer);
  offer(buffer + vm.buffer_size, java_thread + vm.thread_size, hear, hearer);
}

/* Whether the JVM has called Java code just once: to start the thread, or from its native code. */
static bool is_called_once(addr from, addr to) {
  int calls = 0;
  for (addr at = from; at + sizeof(addr) <= to; at += sizeof(addr)) {
    calls += word_at(at) == vm.call_return;
  }
  return vm.call_return != 0 && calls == 1;
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
  if (rests && activity != ACTIVE && is_called_once(from, to)) {
    addr told = activity == WAITS ? from : from + native_frame(java_thread);
    to = told < to ? told : to;
  }
  offer(from, to, hear, hearer);
  offer_structure(java_thread, rests, hear, hearer);
  offer_handles(word_at(java_thread + vm.thread_handles), hear, hearer);
}
