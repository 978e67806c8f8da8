/*
 * Frozen frames of interpreted methods: where they begin, and which of their words may be
 * references. No table tells; each frame proves itself.
 */
#ifndef STRANDED_INTERPRETED_H
#define STRANDED_INTERPRETED_H

#include "heap.h"

struct interpreted {
  /* Its fixed part. */
  addr fixed;
  addr fp;
  /* The top of its expressions and monitors, and its first local. */
  addr expressions;
  addr locals;
  /* Where the caller's stack ends, its arguments included. */
  addr sender;
};

/*
 * Reads the frame whose callee's return address lies below ABOVE; false if it is not as expected.
 */
bool interpreted_read(addr above, addr end, struct interpreted *frame);

/* Offers what it refers to. */
void interpreted_offer(const struct interpreted *frame, void (*hear)(void *, addr), void *hearer);

#endif
