/* Scans the stacks of virtual threads. */
#include "chunks.h"

#include "code.h"
#include "fields.h"
#include "interpreted.h"

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

static void offer_all(addr from, addr to, void (*hear)(void *, addr), void *hearer) {
  for (addr at = from; at < to; at += sizeof(addr)) {
    offer_frozen_word(at, hear, hearer);
    offer_frozen_half(at + sizeof(uint32_t), hear, hearer);
  }
}

/*
 * Frames are read as their code tells: words in between were left there by earlier calls, and
 * nobody takes them away for as long as the thread waits.
 */
void chunk_scan(addr chunk, const struct klass *klass, void (*hear)(void *, addr), void *hearer) {
  if (!chunk_is_sound(chunk, klass)) {
    give_up("the stack of a virtual thread is not as expected");
  }
  int32_t sp = int_at(field_at(chunk, ROLE_CHUNK_SP));
  int32_t size = int_at(field_at(chunk, ROLE_CHUNK_SIZE));
  addr start = chunk + klass->size;
  addr to = start + (addr)size * sizeof(addr);
  addr top = start + (addr)sp * sizeof(addr);
  struct frozen_frame frame = {
      .callee = start + (addr)(sp > CHUNK_MARGIN ? sp - CHUNK_MARGIN : 0) * sizeof(addr),
      .sp = top,
      .end_of_stack = to};
  struct code code;
  struct interpreted interpreted;
  /* Behind the address to return to; before the frame itself where the callee had more locals. */
  addr above = top;
  /* Whether the callee has told of its arguments, and bytes of those that lie in the frame. */
  bool told = true;
  addr passed = 0;
  while (above > start + sizeof(addr) && above < to) {
    frame.pc = word_at(above - sizeof(addr));
    if (!code_at(frame.pc, &code)) {
      break;
    }
    if (code.of_interpreter) {
      if (!interpreted_read(above, to, &interpreted)) {
        break;
      }
      if (!told) {
        interpreted.expressions = above;
      } else if (passed <= interpreted.fixed - interpreted.expressions) {
        /* They are the callee's, and the collector leaves them as they were. */
        interpreted.expressions += passed;
      }
      interpreted_offer(&interpreted, hear, hearer);
      told = true;
      passed = 0;
      frame.callee = above;
      frame.sp = interpreted.sender;
      above = interpreted.locals + sizeof(addr) == to ? to : interpreted.fp + 2 * sizeof(addr);
      continue;
    }
    if (code.frame_bytes == 0 || code.frame_bytes > to - frame.sp) {
      break;
    }
    addr next = frame.sp + code.frame_bytes;
    told = code.of_method && code_offer(&code, &frame, hear, hearer);
    passed = code.of_method ? code_argument_bytes(&code) : 0;
    if (!told) {
      offer_all(frame.callee, passed > to - next ? to : next + passed, hear, hearer);
    }
    frame.callee = frame.sp;
    frame.sp = next;
    above = next;
  }
  /* What is not understood may hold with every word. */
  offer_all(above == top ? frame.callee : above, to, hear, hearer);
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
