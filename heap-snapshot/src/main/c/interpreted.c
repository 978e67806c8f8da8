/* Reads interpreted frames. */
#include "interpreted.h"

#include "code.h"

/*
 * Words before the saved frame pointer, on x86-64 and aarch64 alike. Places are told in words from
 * the frame pointer, and the frame pointer from where it is saved, since a frozen stack may move.
 */
enum {
  SENDER = 1,
  TOP_OF_EXPRESSIONS = 2,
  METHOD = 3,
  CLASS = 4,
  LOCALS = 7,
  CODE = 8,
  FIXED = 9
};

/* The saved frame pointer of the caller, and the address to return to. */
#define LINK_WORDS 2

static addr fixed_word(addr fp, int place) {
  return word_at(fp - (addr)place * sizeof(addr));
}

static addr told_place(addr fp, int place) {
  return fp + fixed_word(fp, place) * sizeof(addr);
}

/* Whether the code that a frame is in is that of its method. */
static bool is_in_method(addr fp, addr *max_locals) {
  addr method = fixed_word(fp, METHOD);
  addr code = fixed_word(fp, CODE);
  if ((method & 7) != 0 || !is_readable(method, method + vm.method_constant + sizeof(addr))) {
    return false;
  }
  addr constant = word_at(method + vm.method_constant);
  if ((constant & 7) != 0 || !is_readable(constant, constant + vm.constant_size)) {
    return false;
  }
  addr first = constant + vm.constant_size;
  *max_locals = *(const uint16_t *)(constant + vm.constant_max_locals);
  return code >= first && code < first + *(const uint16_t *)(constant + vm.constant_code_size);
}

bool interpreted_read(addr above, addr end, struct interpreted *frame) {
  addr link = above - LINK_WORDS * sizeof(addr);
  addr room = (end - link) / sizeof(addr);
  addr max_locals = 0;
  if (word_at(link) < LINK_WORDS + FIXED || word_at(link) > room - LINK_WORDS) {
    return false;
  }
  addr fp = link + word_at(link) * sizeof(addr);
  addr behind = fp + LINK_WORDS * sizeof(addr);
  *frame = (struct interpreted){.fixed = fp - FIXED * sizeof(addr),
                                .fp = fp,
                                .expressions = told_place(fp, TOP_OF_EXPRESSIONS),
                                .locals = told_place(fp, LOCALS),
                                .sender = told_place(fp, SENDER)};
  return is_in_method(fp, &max_locals) && frame->expressions >= above &&
         frame->expressions <= frame->fixed && frame->sender >= behind &&
         frame->sender <= end && frame->locals < end &&
         frame->locals + sizeof(addr) >= behind + max_locals * sizeof(addr);
}

void interpreted_offer(const struct interpreted *frame, void (*hear)(void *, addr), void *hearer) {
  for (addr at = frame->expressions; at < frame->fixed; at += sizeof(addr)) {
    offer_frozen_word(at, hear, hearer);
  }
  offer_frozen_word(frame->fp - CLASS * sizeof(addr), hear, hearer);
  for (addr at = frame->fp + LINK_WORDS * sizeof(addr); at <= frame->locals; at += sizeof(addr)) {
    offer_frozen_word(at, hear, hearer);
  }
}
