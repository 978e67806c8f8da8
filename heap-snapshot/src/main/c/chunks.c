/* Scans the stacks of virtual threads. */
#include "chunks.h"

#include "fields.h"

/* More pieces than the stack of a virtual thread is ever cut into. */
#define MOST_CHUNKS (1 << 20)

/* Words below the stack pointer of a frozen frame that belong to it. */
#define CHUNK_MARGIN 8

bool chunk_is_sound(addr chunk, const struct klass *klass) {
  int32_t sp = int_at(field_at(chunk, ROLE_CHUNK_SP));
  int32_t size = int_at(field_at(chunk, ROLE_CHUNK_SIZE));
  return size >= 0 && sp >= 0 && sp <= size &&
         is_readable(chunk, chunk + klass->size + (addr)size * sizeof(addr));
}

void chunk_scan(addr chunk, const struct klass *klass, void (*hear)(void *, addr), void *hearer) {
  if (!chunk_is_sound(chunk, klass)) {
    give_up("the stack of a virtual thread is not as expected");
  }
  int32_t sp = int_at(field_at(chunk, ROLE_CHUNK_SP));
  int32_t size = int_at(field_at(chunk, ROLE_CHUNK_SIZE));
  addr start = chunk + klass->size;
  addr from = start + (addr)(sp > CHUNK_MARGIN ? sp - CHUNK_MARGIN : 0) * sizeof(addr);
  addr to = start + (addr)size * sizeof(addr);
  for (addr at = from; at < to; at += sizeof(uint32_t)) {
    if (vm.narrow_oops) {
      addr narrow = decode(*(const uint32_t *)at);
      if (in_heap(narrow) && (narrow & 7) == 0) {
        hear(hearer, narrow);
      }
    }
    if ((at & 7) == 0 && in_heap(word_at(at)) && (word_at(at) & 7) == 0) {
      hear(hearer, word_at(at));
    }
  }
}

static addr chunk_of(addr thread) {
  if (!has_role(ROLE_CONTINUATION) || !has_role(ROLE_CONTINUATION_TAIL)) {
    return 0;
  }
  addr continuation = reference_in(thread, ROLE_CONTINUATION);
  return continuation == 0 ? 0 : reference_in(continuation, ROLE_CONTINUATION_TAIL);
}

void virtual_scan(addr thread, void (*hear)(void *, addr), void *hearer) {
  int chunks = 0;
  for (addr chunk = chunk_of(thread); chunk != 0;
       chunk = reference_in(chunk, ROLE_CHUNK_PARENT)) {
    const struct klass *klass = klass_of(chunk);
    if (klass == NULL || klass->shape != CHUNK || ++chunks > MOST_CHUNKS) {
      give_up("the stack of a virtual thread is not as expected");
    }
    chunk_scan(chunk, klass, hear, hearer);
  }
}
