/*
 * Compiled code of the frozen image: how large its frames are, and where they keep references.
 */
#ifndef STRANDED_CODE_H
#define STRANDED_CODE_H

#include "heap.h"

/* A piece of code, in which some address lies. */
struct code {
  /* The JVM's own structure. */
  addr at;
  /* Bytes of a frame, its return address included; 0 where that is no fixed number. */
  size_t frame_bytes;
  /* Whether it is that of a Java method, and of a native one. */
  bool of_method;
  bool of_native_method;
  /* Whether it interprets methods. */
  bool of_interpreter;
};

/* Finds the code that an address lies in; false if there is none, or this JVM does not tell. */
bool code_at(addr pc, struct code *code);

/* Bytes that the caller of a native method may have for its arguments, above the frame. */
size_t code_argument_bytes(const struct code *code);

/*
 * A frame of a frozen stack that will return to PC. What it keeps in a register is in the frame of
 * its callee.
 */
struct frozen_frame {
  addr pc;
  addr callee;
  addr sp;
  addr end_of_stack;
};

/*
 * Offers what a frozen frame refers to, as its code tells. False if that is not known for PC:
 * then any of its words may refer to something.
 */
bool code_offer(const struct code *code, const struct frozen_frame *frame,
                void (*hear)(void *, addr), void *hearer);

/* Offers what a word of a frozen frame may be: the collector shortens references there. */
void offer_frozen_word(addr at, void (*hear)(void *, addr), void *hearer);

/* Offers a short reference, if words may be such. */
void offer_frozen_half(addr at, void (*hear)(void *, addr), void *hearer);

#endif
