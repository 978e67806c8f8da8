/* Reads handles. */
#include "handles.h"

/* The first words of an arena, and the largest of its chunks. */
#define ARENA_WORDS 8
#define MOST_ARENA_CHUNK ((addr)1 << 16)
#define MOST_ARENA_CHUNKS 65536
#define MOST_CHUNK_HEADER (6 * sizeof(addr))

/* More blocks of JNI handles than a thread has that is not out of order. */
#define MOST_HANDLE_BLOCKS (1 << 20)

void offer_words(addr from, addr to, void (*hear)(void *, addr), void *hearer) {
  for (addr at = from; at + sizeof(addr) <= to; at += sizeof(addr)) {
    addr word = word_at(at);
    if (in_heap(word) && (word & 7) == 0) {
      hear(hearer, word);
    }
  }
}

static void offer_block(addr block, void (*hear)(void *, addr), void *hearer) {
  addr handles = block + vm.handles_block;
  addr top = (addr)int_at(block + vm.handles_top);
  offer_words(handles, handles + top * sizeof(addr), hear, hearer);
}

static void offer_jni(addr block, void (*hear)(void *, addr), void *hearer) {
  for (int blocks = 0; block != 0; block = word_at(block + vm.handles_next)) {
    if (++blocks > MOST_HANDLE_BLOCKS) {
      give_up("a list of JNI handles has no end");
    }
    int32_t top = int_at(block + vm.handles_top);
    if (top < 0 || top > vm.handles_per_block) {
      give_up("a block of JNI handles is not as expected");
    }
    offer_block(block, hear, hearer);
    if (top < vm.handles_per_block) {
      /* Blocks behind one that is not full are kept for later use. */
      break;
    }
  }
}

/* What is kept aside behind the next block: { …; _next; _last; _pop_frame_link; … }. */
#define BEFORE_FRAME (2 * sizeof(addr))

static bool is_block(addr block) {
  return block != 0 && (block & 7) == 0 &&
         is_readable(block, block + vm.handles_next + BEFORE_FRAME + sizeof(addr)) &&
         int_at(block + vm.handles_top) >= 0 &&
         int_at(block + vm.handles_top) <= vm.handles_per_block;
}

/* A list of blocks, and those that were put aside for it by PushLocalFrame, as far as they are. */
static void offer_saved(addr first, void (*hear)(void *, addr), void *hearer) {
  int blocks = 0;
  while (is_block(first)) {
    for (addr block = first; is_block(block); block = word_at(block + vm.handles_next)) {
      offer_block(block, hear, hearer);
      if (++blocks > MOST_HANDLE_BLOCKS) {
        return;
      }
    }
    first = word_at(first + vm.handles_next + BEFORE_FRAME);
  }
}

/* JavaCallWrapper { JavaThread *_thread; JNIHandleBlock *_handles; … }, on the stack. */
void handles_offer_of_callers(addr java_thread, addr from, addr to, void (*hear)(void *, addr),
                              void *hearer) {
  for (addr at = from; at + 2 * sizeof(addr) <= to; at += sizeof(addr)) {
    if (word_at(at) == java_thread) {
      offer_saved(word_at(at + sizeof(addr)), hear, hearer);
    }
  }
}

/* --- handles of the JVM's own code --- */

/* Arena { …; Chunk *_first; Chunk *_chunk; char *_hwm; char *_max; … } */
struct arena {
  addr first;
  addr chunk;
  addr used;
};

/* Whether a piece of an arena ends where it should: Chunk { Chunk *_next; size_t _len; … }. */
static bool is_chunk(addr chunk, addr end) {
  addr header = end - chunk - word_at(chunk + sizeof(addr));
  return header >= 2 * sizeof(addr) && header <= MOST_CHUNK_HEADER;
}

/* What is made like an arena. */
static bool read_arena(addr at, struct arena *arena) {
  if (at == 0 || (at & 7) != 0 || !is_readable(at, at + ARENA_WORDS * sizeof(addr))) {
    return false;
  }
  for (int i = 0; i + 4 <= ARENA_WORDS; i++) {
    addr words = at + (addr)i * sizeof(addr);
    *arena = (struct arena){word_at(words), word_at(words + sizeof(addr)),
                            word_at(words + 2 * sizeof(addr))};
    addr end = word_at(words + 3 * sizeof(addr));
    if (arena->first != 0 && (arena->first & 7) == 0 && (arena->chunk & 7) == 0 &&
        arena->chunk < arena->used && arena->used <= end &&
        end - arena->chunk <= MOST_ARENA_CHUNK && is_readable(arena->chunk, end) &&
        is_chunk(arena->chunk, end)) {
      return true;
    }
  }
  return false;
}

static void offer_arena(const struct arena *arena, void (*hear)(void *, addr), void *hearer) {
  addr chunk = arena->first;
  for (int chunks = 0; chunk != arena->chunk && chunks < MOST_ARENA_CHUNKS; chunks++) {
    if (!is_readable(chunk, chunk + MOST_CHUNK_HEADER)) {
      break;
    }
    addr end = chunk + word_at(chunk + sizeof(addr));
    if (end - chunk > MOST_ARENA_CHUNK || !is_readable(chunk, end)) {
      break;
    }
    offer_words(chunk, end, hear, hearer);
    chunk = word_at(chunk);
  }
  offer_words(arena->chunk, arena->used, hear, hearer);
}

/* A word of a thread's structure; true if it is what is looked for. */
typedef bool looks_at(addr java_thread, addr word, void *argument);

static bool find_word(addr java_thread, looks_at *look, void *argument) {
  addr end = java_thread + vm.thread_size;
  for (addr at = java_thread; at + sizeof(addr) <= end; at += sizeof(addr)) {
    if (look(java_thread, word_at(at), argument)) {
      return true;
    }
  }
  return false;
}

static bool is_same(addr java_thread, addr word, void *wanted) {
  (void)java_thread;
  return word == *(const addr *)wanted;
}

/*
 * No table tells where the arena of handles is. But a thread always has a mark of them, which
 * begins with the thread and the arena: HandleMark { Thread *_thread; HandleArea *_area; … }.
 */
static bool is_mark_of(addr java_thread, addr word, void *arena) {
  if ((word & 7) != 0 || !is_readable(word, word + 2 * sizeof(addr)) ||
      word_at(word) != java_thread) {
    return false;
  }
  addr area = word_at(word + sizeof(addr));
  return find_word(java_thread, is_same, &area) && read_arena(area, arena);
}

struct hearing {
  void (*hear)(void *, addr);
  void *hearer;
};

static bool offer_if_arena(addr java_thread, addr word, void *argument) {
  const struct hearing *hearing = argument;
  struct arena arena;
  (void)java_thread;
  if (read_arena(word, &arena)) {
    offer_arena(&arena, hearing->hear, hearing->hearer);
  }
  return false;
}

void handles_offer(addr java_thread, void (*hear)(void *, addr), void *hearer) {
  struct hearing hearing = {hear, hearer};
  struct arena arena;
  offer_jni(word_at(java_thread + vm.thread_handles), hear, hearer);
  if (find_word(java_thread, is_mark_of, &arena)) {
    offer_arena(&arena, hear, hearer);
  } else {
    /* It may be any: others are never looked through by the collector, and keep what was freed. */
    find_word(java_thread, offer_if_arena, &hearing);
  }
}
