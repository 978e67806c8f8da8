/* Code made by hand. */
#include "fake_code.h"

#include <stddef.h>
#include <string.h>

#include "../../main/c/fields.h"

_Alignas(64) char code_bytes[CODE_BYTES];
static uint8_t segments[SEGMENTS] = {0xff, 0, 1, 0xff};
static struct fake_code_heap heap;
static addr heaps[1] = {(addr)&heap};
static struct fake_growing growing = {1, (addr)heaps};
static addr growing_at = (addr)&growing;
_Alignas(8) struct fake_constant constant = {2, 3, 64, {0}};
struct fake_method method = {(addr)&constant};
struct fake_maps maps;
struct fake_chunk chunk;
static struct klass chunk_class = {.shape = CHUNK, .size = offsetof(struct fake_chunk, stack)};
static size_t numbers;

#define MOST_HEARD 128

static addr heard[MOST_HEARD];
static size_t heard_count;

void fake_hear_anew(void) {
  heard_count = 0;
}

void fake_hear(void *hearer, addr word) {
  (void)hearer;
  CHECK(heard_count < MOST_HEARD);
  heard[heard_count++] = word;
}

bool fake_is_heard(addr word) {
  for (size_t i = 0; i < heard_count; i++) {
    if (heard[i] == word) {
      return true;
    }
  }
  return false;
}

/* Makes the code of one method, in the second and third segment. */
addr fake_make_code(const char *name) {
  heap.memory = (struct fake_space){(addr)code_bytes, (addr)code_bytes + CODE_BYTES};
  heap.segments = (struct fake_space){(addr)segments, (addr)segments + SEGMENTS};
  heap.log2_segment = LOG2_SEGMENT;
  struct fake_blob *blob = (struct fake_blob *)(code_bytes + (1 << LOG2_SEGMENT));
  *blob = (struct fake_blob){.used = 1,
                             .name = name,
                             .size = 2 << LOG2_SEGMENT,
                             .frame_size = FRAME_WORDS,
                             .oop_maps = (addr)&maps,
                             .code_offset = 128,
                             .method = (addr)&method};
  addr at = (addr)&blob->name;
  maps = (struct fake_maps){.count = 2,
                            .pc = RETURNS_AT,
                            .map = sizeof(int32_t),
                            .other_pc = RETURNS_AT + REFERS_TO_NOTHING};
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
addr fake_make_interpreter(void) {
  segments[0] = 0;
  struct fake_blob *blob = (struct fake_blob *)code_bytes;
  *blob = (struct fake_blob){.used = 1, .name = "Interpreter", .size = 1 << LOG2_SEGMENT};
  return (addr)code_bytes + 100;
}

void fake_number(unsigned number) {
  while (number >= 191) {
    maps.numbers[numbers++] = (uint8_t)(192 + (number - 191) % 64);
    number = (number - 191) / 64;
  }
  maps.numbers[numbers++] = (uint8_t)(number + 1);
}

void fake_value(unsigned type, unsigned place) {
  fake_number(place << 2 | type);
  maps.values++;
}

unsigned fake_on_stack(unsigned word) {
  return FIRST_STACK_PLACE + 2 * word;
}

void fake_code_open(void) {
  fake_open(true);
  fake_rules.roles[ROLE_CHUNK_SP] = HEADER;
  fake_rules.roles[ROLE_CHUNK_SIZE] = HEADER + 4;
  heap_open(&fake_rules);
  fields_open(&fake_rules);
  memset(&chunk, 0, sizeof chunk);
}

void fake_scan(int32_t sp, int32_t size) {
  *(int32_t *)(chunk.object + HEADER) = sp;
  *(int32_t *)(chunk.object + HEADER + 4) = size;
  fake_hear_anew();
  chunk_scan((addr)&chunk, &chunk_class, fake_hear, NULL);
}

void fake_scan_frame_of(addr pc) {
  chunk.stack[3] = pc;
  fake_scan(4, 4 + FRAME_WORDS);
}
