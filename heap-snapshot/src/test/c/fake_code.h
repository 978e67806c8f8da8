/*
 * Code made by hand, and a frozen stack with frames of it.
 */
#ifndef STRANDED_FAKE_CODE_H
#define STRANDED_FAKE_CODE_H

#include "../../main/c/chunks.h"
#include "../../main/c/code.h"
#include "fake_threads.h"

#define LOG2_SEGMENT 7
#define SEGMENTS 4
#define CODE_BYTES (SEGMENTS << LOG2_SEGMENT)
#define FRAME_WORDS 6
#define FIRST_STACK_PLACE 16
#define CHUNK_WORDS 64
#define RETURNS_AT 64
/* From there on to where a frame returns to of which is known that it refers to nothing. */
#define REFERS_TO_NOTHING 8

enum { OOP, NARROW, CALLEE_SAVED, DERIVED };

struct fake_space {
  addr low;
  addr high;
};

struct fake_code_heap {
  struct fake_space memory;
  struct fake_space segments;
  int32_t log2_segment;
};

struct fake_growing {
  int32_t count;
  addr items;
};

/* A block of code: its length, whether it is used, and the JVM's own structure. */
struct fake_blob {
  addr length;
  addr used;
  const char *name;
  int32_t size;
  int32_t frame_size;
  addr oop_maps;
  int32_t code_offset;
  addr method;
};

/* A map, and another one, which tells nothing. */
struct fake_maps {
  int32_t count;
  int32_t pc;
  int32_t map;
  int32_t other_pc;
  int32_t other_map;
  int32_t nothing;
  int32_t values;
  uint8_t numbers[32];
};

struct fake_constant {
  uint16_t parameters;
  uint16_t max_locals;
  uint16_t code_size;
  char code[64];
};

struct fake_method {
  addr constant;
};

struct fake_chunk {
  char object[OBJECT_BYTES];
  addr stack[CHUNK_WORDS];
};

extern char code_bytes[CODE_BYTES];
extern struct fake_maps maps;
extern struct fake_chunk chunk;
extern struct fake_constant constant;
extern struct fake_method method;

/* Starts anew, with an empty frozen stack. */
void fake_code_open(void);

/* Makes the code of one method, and returns where its frames return to. */
addr fake_make_code(const char *name);

/* Makes the code of the interpreter. */
addr fake_make_interpreter(void);

/* Adds to the method's map: a number, and what lies at a place. */
void fake_number(unsigned number);
void fake_value(unsigned type, unsigned place);

/* The place of a word of the frame. */
unsigned fake_on_stack(unsigned word);

/* Scans a frozen stack, or one with a single frame that returns to an address. */
void fake_scan(int32_t sp, int32_t size);
void fake_scan_frame_of(addr pc);

/* What was heard since. */
void fake_hear_anew(void);
void fake_hear(void *hearer, addr word);
bool fake_is_heard(addr word);

static inline uint32_t narrow(addr address) {
  return (uint32_t)((address - vm.oop_base) >> vm.oop_shift);
}

#endif
