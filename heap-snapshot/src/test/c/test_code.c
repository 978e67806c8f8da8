/* What frames refer to, with code made by hand. */
#include <stddef.h>
#include <string.h>

#include "../../main/c/chunks.h"
#include "../../main/c/code.h"
#include "../../main/c/fields.h"
#include "fake_threads.h"

#define LOG2_SEGMENT 7
#define SEGMENTS 4
#define CODE_BYTES (SEGMENTS << LOG2_SEGMENT)
#define FRAME_WORDS 6
#define FIRST_STACK_PLACE 16
#define CHUNK_WORDS 48
#define RETURNS_AT 64

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

struct fake_maps {
  int32_t count;
  int32_t pc;
  int32_t map;
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

static _Alignas(64) char code[CODE_BYTES];
static uint8_t segments[SEGMENTS] = {0xff, 0, 1, 0xff};
static struct fake_code_heap heap;
static addr heaps[1] = {(addr)&heap};
static struct fake_growing growing = {1, (addr)heaps};
static addr growing_at = (addr)&growing;
static _Alignas(8) struct fake_constant constant = {2, 3, 64, {0}};
static struct fake_method method = {(addr)&constant};
static struct fake_maps maps;
static struct fake_chunk chunk;
static struct klass chunk_class = {.shape = CHUNK, .size = offsetof(struct fake_chunk, stack)};
static size_t numbers;

static addr heard[64];
static size_t heard_count;

static void hear(void *hearer, addr word) {
  (void)hearer;
  CHECK(heard_count < 64);
  heard[heard_count++] = word;
}

static bool is_heard(addr word) {
  for (size_t i = 0; i < heard_count; i++) {
    if (heard[i] == word) {
      return true;
    }
  }
  return false;
}

/* Makes the code of one method, in the second and third segment. */
static addr make_code(const char *name) {
  heap.memory = (struct fake_space){(addr)code, (addr)code + CODE_BYTES};
  heap.segments = (struct fake_space){(addr)segments, (addr)segments + SEGMENTS};
  heap.log2_segment = LOG2_SEGMENT;
  struct fake_blob *blob = (struct fake_blob *)(code + (1 << LOG2_SEGMENT));
  *blob = (struct fake_blob){.used = 1,
                             .name = name,
                             .size = 2 << LOG2_SEGMENT,
                             .frame_size = FRAME_WORDS,
                             .oop_maps = (addr)&maps,
                             .code_offset = 128,
                             .method = (addr)&method};
  addr at = (addr)&blob->name;
  maps = (struct fake_maps){.count = 1, .pc = RETURNS_AT};
  numbers = 0;
  vm.growing_count = offsetof(struct fake_growing, count);
  vm.growing_items = offsetof(struct fake_growing, items);
  vm.code_heap_memory = offsetof(struct fake_code_heap, memory);
  vm.code_heap_segments = offsetof(struct fake_code_heap, segments);
  vm.code_heap_log2_segment = offsetof(struct fake_code_heap, log2_segment);
  vm.space_low = offsetof(struct fake_space, low);
  vm.space_high = offsetof(struct fake_space, high);
  vm.code_block_size = offsetof(struct fake_blob, name);
  vm.code_block_used = offsetof(struct fake_blob, used);
  vm.blob_name = 0;
  vm.blob_size = offsetof(struct fake_blob, size) - vm.code_block_size;
  vm.blob_frame_size = offsetof(struct fake_blob, frame_size) - vm.code_block_size;
  vm.blob_oop_maps = offsetof(struct fake_blob, oop_maps) - vm.code_block_size;
  vm.blob_code_begin = NO_OFFSET;
  vm.blob_code_offset = offsetof(struct fake_blob, code_offset) - vm.code_block_size;
  vm.compiled_method = offsetof(struct fake_blob, method) - vm.code_block_size;
  vm.method_constant = offsetof(struct fake_method, constant);
  vm.constant_parameters = offsetof(struct fake_constant, parameters);
  vm.constant_max_locals = offsetof(struct fake_constant, max_locals);
  vm.constant_code_size = offsetof(struct fake_constant, code_size);
  vm.constant_size = offsetof(struct fake_constant, code);
  vm.oop_maps_count = offsetof(struct fake_maps, count);
  vm.oop_maps_size = offsetof(struct fake_maps, pc);
  vm.oop_map_pair_pc = 0;
  vm.oop_map_pair_map = sizeof(int32_t);
  vm.oop_map_pair_size = 2 * sizeof(int32_t);
  vm.oop_map_count = 0;
  vm.oop_map_size = sizeof(int32_t);
  vm.oop_value_type_mask = 3;
  vm.oop_value_place_shift = 2;
  vm.oop_value_narrow = NARROW;
  vm.oop_value_callee_saved = CALLEE_SAVED;
  vm.oop_value_derived = DERIVED;
  vm.first_stack_place = FIRST_STACK_PLACE;
  vm.stack_place_size = 4;
  vm.code_heaps = (addr)&growing_at;
  return at + 128 + RETURNS_AT;
}

/* Makes the code of the interpreter, in the first segment. */
static addr make_interpreter(void) {
  segments[0] = 0;
  struct fake_blob *blob = (struct fake_blob *)code;
  *blob = (struct fake_blob){.used = 1, .name = "Interpreter", .size = 1 << LOG2_SEGMENT};
  return (addr)code + 100;
}

static void add_number(unsigned number) {
  while (number >= 191) {
    maps.numbers[numbers++] = (uint8_t)(192 + (number - 191) % 64);
    number = (number - 191) / 64;
  }
  maps.numbers[numbers++] = (uint8_t)(number + 1);
}

static void add_value(unsigned type, unsigned place) {
  add_number(place << 2 | type);
  maps.values++;
}

static unsigned on_stack(unsigned word) {
  return FIRST_STACK_PLACE + 2 * word;
}

static void open_heap(void) {
  fake_open(true);
  fake_rules.roles[ROLE_CHUNK_SP] = HEADER;
  fake_rules.roles[ROLE_CHUNK_SIZE] = HEADER + 4;
  heap_open(&fake_rules);
  fields_open(&fake_rules);
  memset(&chunk, 0, sizeof chunk);
}

/* A frozen stack with one frame, that returns to an address. */
static void scan_frame_of(addr pc) {
  *(int32_t *)(chunk.object + HEADER) = 4;
  *(int32_t *)(chunk.object + HEADER + 4) = 4 + FRAME_WORDS;
  chunk.stack[3] = pc;
  heard_count = 0;
  chunk_scan((addr)&chunk, &chunk_class, hear, NULL);
}

static addr object(void) {
  return fake_object(fake_object_class);
}

static uint32_t narrow(addr address) {
  return (uint32_t)((address - vm.oop_base) >> vm.oop_shift);
}

static void frozen_frame_holds_what_its_map_tells(void) {
  open_heap();
  addr pc = make_code("nmethod");
  addr told = object();
  addr shortened = object();
  addr left = object();
  addr in_register = object();
  addr derived_from = object();
  chunk.stack[4] = told;
  chunk.stack[5] = (addr)narrow(shortened) << 32;
  chunk.stack[6] = left;
  chunk.stack[7] = derived_from + 8;
  chunk.stack[2] = in_register;
  add_value(OOP, on_stack(0));
  add_value(NARROW, on_stack(1) + 1);
  add_value(DERIVED, on_stack(3));
  add_number(on_stack(0));
  scan_frame_of(pc);
  CHECK(is_heard(told) && is_heard(shortened));
  CHECK(!is_heard(left) && !is_heard(derived_from + 8) && !is_heard(in_register));
  add_value(OOP, 3);
  scan_frame_of(pc);
  CHECK(is_heard(told) && is_heard(in_register) && !is_heard(left));
}

/* The collector shortens references in place, and leaves the other half of the word. */
static void reference_that_was_shortened_in_place_holds(void) {
  open_heap();
  addr pc = make_code("nmethod");
  addr shortened = object();
  chunk.stack[4] = (addr)0x7f12 << 32 | narrow(shortened);
  add_value(OOP, on_stack(0));
  scan_frame_of(pc);
  CHECK(is_heard(shortened));
}

static void place_far_up_the_stack_is_read(void) {
  open_heap();
  addr pc = make_code("nmethod");
  /* An argument that the caller has: numbers of more than one byte. */
  vm.first_stack_place = 1000;
  addr told = object();
  chunk.stack[9] = told;
  add_value(OOP, 1000 + 2 * 5);
  scan_frame_of(pc);
  CHECK(is_heard(told));
}

/* Where the map is not known, or is not understood, any word may be a reference. */
static void frame_without_a_map_holds_with_all_its_words(void) {
  open_heap();
  addr pc = make_code("nmethod");
  addr word = object();
  chunk.stack[8] = word;
  add_value(OOP, on_stack(0));
  scan_frame_of(pc);
  CHECK(!is_heard(word));
  scan_frame_of(pc + 1);
  CHECK(is_heard(word));
  maps.numbers[0] = 0;
  scan_frame_of(pc);
  CHECK(is_heard(word));
  pc = make_code("nmethod");
  add_value(OOP, on_stack(CHUNK_WORDS));
  scan_frame_of(pc);
  CHECK(is_heard(word));
  pc = make_code("Interpreter");
  scan_frame_of(pc);
  CHECK(is_heard(word));
  scan_frame_of((addr)&chunk);
  CHECK(is_heard(word));
  pc = make_code("nmethod");
  vm.code_heaps = 0;
  scan_frame_of(pc);
  CHECK(is_heard(word));
}

/*
 * An interpreted frame that a compiled one has called. From the top: what is left over, two
 * expressions, the fixed part, three locals; then the frame of the caller.
 */
enum { LEFT_OVER = 4, EXPRESSIONS = 5, FIXED = 7, FP = 16, LOCALS = 18, CALLER = 22 };

static addr interpreted_words[CHUNK_WORDS];

static void make_interpreted(addr pc_of_caller) {
  for (int i = LEFT_OVER; i <= LOCALS + 2; i++) {
    interpreted_words[i] = chunk.stack[i] = object();
  }
  chunk.stack[2] = FP - 2;
  chunk.stack[FP - 1] = CALLER - FP;
  chunk.stack[FP - 2] = (addr)(EXPRESSIONS - FP);
  chunk.stack[FP - 3] = (addr)&method;
  chunk.stack[FP - 7] = LOCALS + 2 - FP;
  chunk.stack[FP - 8] = (addr)&constant.code[60];
  chunk.stack[FP + 1] = pc_of_caller;
}

/* Scans it when a compiled frame lies before it, which it has called. */
static void push_compiled(addr pc, addr interpreter) {
  for (int i = CHUNK_WORDS - 1; i >= LEFT_OVER + FRAME_WORDS; i--) {
    chunk.stack[i] = chunk.stack[i - FRAME_WORDS];
  }
  for (int i = LEFT_OVER; i < LEFT_OVER + FRAME_WORDS; i++) {
    chunk.stack[i] = 0;
  }
  chunk.stack[LEFT_OVER + FRAME_WORDS - 2] = chunk.stack[2];
  chunk.stack[LEFT_OVER + FRAME_WORDS - 1] = interpreter;
  chunk.stack[2] = 0;
  *(int32_t *)(chunk.object + HEADER) = LEFT_OVER;
  *(int32_t *)(chunk.object + HEADER + 4) = CALLER + 2 * FRAME_WORDS;
  chunk.stack[LEFT_OVER - 1] = pc;
  heard_count = 0;
  chunk_scan((addr)&chunk, &chunk_class, hear, NULL);
}

/* The caller has the code whose frames are known, and the frame on top that of the interpreter. */
static void scan_interpreted(addr pc) {
  *(int32_t *)(chunk.object + HEADER) = LEFT_OVER;
  *(int32_t *)(chunk.object + HEADER + 4) = CALLER + FRAME_WORDS;
  chunk.stack[LEFT_OVER - 1] = pc;
  heard_count = 0;
  chunk_scan((addr)&chunk, &chunk_class, hear, NULL);
}

static void interpreted_frame_holds_with_expressions_locals_and_class(void) {
  open_heap();
  addr caller = make_code("nmethod");
  addr interpreter = make_interpreter();
  make_interpreted(caller);
  addr told = object();
  addr left = object();
  chunk.stack[CALLER] = told;
  chunk.stack[CALLER + 1] = left;
  add_value(OOP, on_stack(0));
  scan_interpreted(interpreter);
  CHECK(!is_heard(interpreted_words[LEFT_OVER]));
  CHECK(is_heard(interpreted_words[EXPRESSIONS]) && is_heard(interpreted_words[EXPRESSIONS + 1]));
  CHECK(is_heard(interpreted_words[FP - 4]) && !is_heard(interpreted_words[FP - 5]));
  CHECK(is_heard(interpreted_words[LOCALS]) && is_heard(interpreted_words[LOCALS + 2]));
  CHECK(is_heard(told) && !is_heard(left));
  /* Half a word is no reference here, unless the collector has shortened it in place. */
  chunk.stack[LOCALS] = (addr)narrow(told) << 32;
  chunk.stack[LOCALS + 1] = (addr)0x7f12 << 32 | narrow(left);
  chunk.stack[CALLER] = 0;
  scan_interpreted(interpreter);
  CHECK(!is_heard(told) && is_heard(left));
}

/* What a compiled callee was given is the callee's alone, unless that does not tell. */
static void arguments_that_an_interpreted_frame_has_passed_hold_nothing(void) {
  for (int told = 0; told < 2; told++) {
    open_heap();
    addr pc = make_code("nmethod");
    addr interpreter = make_interpreter();
    constant.parameters = 1;
    make_interpreted(pc);
    add_value(OOP, on_stack(0));
    push_compiled(told ? pc : pc + 1, interpreter);
    CHECK(is_heard(interpreted_words[LEFT_OVER]) == !told);
    CHECK(is_heard(interpreted_words[EXPRESSIONS]) == !told);
    CHECK(is_heard(interpreted_words[EXPRESSIONS + 1]));
    CHECK(is_heard(interpreted_words[LOCALS]) && is_heard(interpreted_words[FP - 4]));
    /* More than the frame has: none of it is known to be the callee's. */
    constant.parameters = 3;
    heard_count = 0;
    chunk_scan((addr)&chunk, &chunk_class, hear, NULL);
    CHECK(is_heard(interpreted_words[EXPRESSIONS]));
    constant.parameters = 2;
  }
}

/* Each part of an interpreted frame that may be wrong: then any word may be a reference. */
static void interpreted_frame_that_is_not_as_expected_holds_with_all_its_words(void) {
  static const struct {
    int word;
    addr value;
  } wrong[] = {{2, 1},       {2, CHUNK_WORDS}, {2, (addr)-1},         {FP - 1, 1},
               {FP - 2, -13}, {FP - 2, -8},    {FP - 3, 8},           {FP - 7, 3},
               {FP - 7, 12},  {FP - 8, 0},     {FP - 8, (addr)code}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    open_heap();
    addr caller = make_code("nmethod");
    addr interpreter = make_interpreter();
    make_interpreted(caller);
    addr left = object();
    chunk.stack[CALLER + 1] = left;
    add_value(OOP, on_stack(0));
    chunk.stack[wrong[i].word] = wrong[i].value;
    scan_interpreted(interpreter);
    CHECK(is_heard(interpreted_words[LEFT_OVER]) && is_heard(left));
  }
}

/* Compiled code that does not tell what it refers to may have arguments in its caller's frame. */
static void arguments_of_a_frame_without_a_map_hold(void) {
  open_heap();
  addr pc = make_code("nmethod");
  addr argument = object();
  addr behind = object();
  chunk.stack[4 + FRAME_WORDS + 1] = argument;
  chunk.stack[4 + FRAME_WORDS + 2] = behind;
  chunk.stack[3] = pc + 1;
  chunk.stack[4 + FRAME_WORDS - 1] = pc;
  *(int32_t *)(chunk.object + HEADER) = 4;
  *(int32_t *)(chunk.object + HEADER + 4) = 4 + 2 * FRAME_WORDS;
  heard_count = 0;
  add_value(OOP, on_stack(5));
  chunk_scan((addr)&chunk, &chunk_class, hear, NULL);
  CHECK(is_heard(argument) && !is_heard(behind));
}

static void free_code_is_none(void) {
  struct code found;
  open_heap();
  addr pc = make_code("nmethod");
  CHECK(code_at(pc, &found) && found.of_method && found.frame_bytes == 8 * FRAME_WORDS);
  CHECK(!code_at((addr)code, &found));
  CHECK(!code_at((addr)code + CODE_BYTES, &found));
  *(addr *)(code + (1 << LOG2_SEGMENT) + vm.code_block_used) = 0;
  CHECK(!code_at(pc, &found));
}

/* A native method has its frame and its caller's arguments, and no more. */
static void native_frame_is_as_large_as_its_code_says(void) {
  fake_open(true);
  addr pc = make_code("native nmethod");
  vm.call_return = (addr)&heap;
  addr thread = fake_thread(7, RUNNING, 0);
  addr words[FRAME_WORDS + 3];
  for (int i = 0; i < FRAME_WORDS + 3; i++) {
    words[i] = object();
    fake_push(thread, words[i]);
  }
  fake_push(thread, vm.call_return);
  fake_in_native(thread);
  fake_last_pc(thread, pc);
  heap_open(&fake_rules);
  heard_count = 0;
  stack_scan(thread, MAYBE_IN_NATIVE, hear, NULL);
  CHECK(is_heard(words[0]) && is_heard(words[FRAME_WORDS - 1]));
  CHECK(is_heard(words[FRAME_WORDS + 1]) && !is_heard(words[FRAME_WORDS + 2]));
  heard_count = 0;
  vm.code_heaps = 0;
  stack_scan(thread, MAYBE_IN_NATIVE, hear, NULL);
  CHECK(is_heard(words[0]) && is_heard(words[FRAME_WORDS + 2]));
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(frozen_frame_holds_what_its_map_tells);
  RUN(reference_that_was_shortened_in_place_holds);
  RUN(place_far_up_the_stack_is_read);
  RUN(frame_without_a_map_holds_with_all_its_words);
  RUN(interpreted_frame_holds_with_expressions_locals_and_class);
  RUN(arguments_that_an_interpreted_frame_has_passed_hold_nothing);
  RUN(interpreted_frame_that_is_not_as_expected_holds_with_all_its_words);
  RUN(arguments_of_a_frame_without_a_map_hold);
  RUN(free_code_is_none);
  RUN(native_frame_is_as_large_as_its_code_says);
  return tests_result();
}
