/* Reads compiled code. */
#include "code.h"

#include <string.h>

/* More heaps of code than a JVM has. */
#define MOST_CODE_HEAPS 16

/* A segment of a heap of code in which no block is. Others tell how far back theirs begins. */
#define FREE_SEGMENT 0xff

/* More places in one method where it can be stopped than there are. */
#define MOST_MAPS (1 << 20)

static addr block_in(addr heap, addr pc) {
  addr low = word_at(heap + vm.code_heap_memory + vm.space_low);
  addr high = word_at(heap + vm.code_heap_memory + vm.space_high);
  addr segments = word_at(heap + vm.code_heap_segments + vm.space_low);
  int32_t log2_segment = int_at(heap + vm.code_heap_log2_segment);
  if (pc < low || pc >= high || log2_segment < 0 || log2_segment >= 32) {
    return 0;
  }
  addr at = segments + ((pc - low) >> log2_segment);
  if (!is_readable(segments, at + 1) || !is_readable(low, pc + 1) ||
      *(const uint8_t *)at == FREE_SEGMENT) {
    return 0;
  }
  while (*(const uint8_t *)at > 0) {
    addr back = *(const uint8_t *)at;
    if (back > at - segments) {
      return 0;
    }
    at -= back;
  }
  addr block = low + ((at - segments) << log2_segment);
  return *(const bool *)(block + vm.code_block_used) ? block : 0;
}

static addr blob_of(addr pc) {
  addr heaps = vm.code_heaps == 0 ? 0 : word_at(vm.code_heaps);
  int32_t count = heaps == 0 ? 0 : int_at(heaps + vm.growing_count);
  if (count > MOST_CODE_HEAPS) {
    return 0;
  }
  for (int32_t i = 0; i < count; i++) {
    addr items = word_at(heaps + vm.growing_items);
    addr block = block_in(word_at(items + (addr)i * sizeof(addr)), pc);
    if (block != 0) {
      return block + vm.code_block_size;
    }
  }
  return 0;
}

static bool is_named(addr blob, const char *name) {
  addr at = word_at(blob + vm.blob_name);
  size_t length = strlen(name) + 1;
  return is_readable(at, at + length) && strncmp((const char *)at, name, length) == 0;
}

bool code_at(addr pc, struct code *code) {
  addr blob = blob_of(pc);
  if (blob == 0 || pc < blob || pc >= blob + (addr)int_at(blob + vm.blob_size)) {
    return false;
  }
  int32_t words = int_at(blob + vm.blob_frame_size);
  code->at = blob;
  code->frame_bytes = words <= 0 ? 0 : (size_t)words * sizeof(addr);
  code->of_native_method = is_named(blob, "native nmethod");
  code->of_interpreter = is_named(blob, "Interpreter");
  code->of_method = code->of_native_method || is_named(blob, "nmethod");
  return true;
}

size_t code_argument_bytes(const struct code *code) {
  addr method = word_at(code->at + vm.compiled_method);
  addr constant = word_at(method + vm.method_constant);
  return *(const uint16_t *)(constant + vm.constant_parameters) * sizeof(addr);
}

/* --- maps of references --- */

static addr begin_of(addr blob) {
  return vm.blob_code_begin != NO_OFFSET ? word_at(blob + vm.blob_code_begin)
                                         : blob + (addr)int_at(blob + vm.blob_code_offset);
}

/* The map for an address to return to, or 0. */
static addr map_of(addr blob, addr pc) {
  addr maps = word_at(blob + vm.blob_oop_maps);
  if (maps == 0 || !is_readable(maps, maps + vm.oop_maps_size)) {
    return 0;
  }
  int32_t count = int_at(maps + vm.oop_maps_count);
  addr first = maps + vm.oop_maps_size;
  addr data = first + (addr)count * vm.oop_map_pair_size;
  if (count <= 0 || count > MOST_MAPS || !is_readable(first, data)) {
    return 0;
  }
  for (addr pair = first; pair < data; pair += vm.oop_map_pair_size) {
    if ((addr)int_at(pair + vm.oop_map_pair_pc) == pc - begin_of(blob)) {
      return data + (addr)int_at(pair + vm.oop_map_pair_map);
    }
  }
  return 0;
}

/* The compressed numbers of a map. */
struct numbers {
  addr at;
  bool wrong;
};

/*
 * One to five bytes of which the last alone, if there are fewer than five, is below 192; none is 0,
 * as since there are virtual threads.
 */
static uint32_t next_number(struct numbers *numbers) {
  uint32_t number = 0;
  for (int shift = 0; shift <= 24; shift += 6) {
    uint8_t byte = *(const uint8_t *)numbers->at++;
    if (byte == 0) {
      numbers->wrong = true;
      return 0;
    }
    number += (uint32_t)(byte - 1) << shift;
    if (byte < 192) {
      break;
    }
  }
  return number;
}

void offer_frozen_half(addr at, void (*hear)(void *, addr), void *hearer) {
  if (vm.narrow_oops) {
    addr object = decode(*(const uint32_t *)at);
    if (in_heap(object) && (object & 7) == 0) {
      hear(hearer, object);
    }
  }
}

void offer_frozen_word(addr at, void (*hear)(void *, addr), void *hearer) {
  addr word = word_at(at);
  if (in_heap(word) && (word & 7) == 0) {
    hear(hearer, word);
  }
  offer_frozen_half(at, hear, hearer);
}

static void offer_register(const struct frozen_frame *frame, void (*hear)(void *, addr),
                           void *hearer) {
  for (addr at = frame->callee; at < frame->sp; at += sizeof(addr)) {
    offer_frozen_word(at, hear, hearer);
    offer_frozen_half(at + sizeof(uint32_t), hear, hearer);
  }
}

bool code_offer(const struct code *code, const struct frozen_frame *frame,
                void (*hear)(void *, addr), void *hearer) {
  addr map = map_of(code->at, frame->pc);
  if (map == 0) {
    return false;
  }
  struct numbers numbers = {.at = map + vm.oop_map_size};
  for (int32_t left = int_at(map + vm.oop_map_count); left > 0; left--) {
    uint32_t value = next_number(&numbers);
    int type = (int)value & vm.oop_value_type_mask;
    uint32_t place = value >> vm.oop_value_place_shift;
    if (type == vm.oop_value_derived || type == vm.oop_value_callee_saved) {
      /* What it is derived from is told by itself; what is saved belongs to the caller. */
      next_number(&numbers);
    } else if (place >= vm.first_stack_place) {
      addr at = frame->sp + (addr)(place - vm.first_stack_place) * vm.stack_place_size;
      if (at + sizeof(addr) > frame->end_of_stack) {
        return false;
      }
      if (type == vm.oop_value_narrow) {
        offer_frozen_half(at, hear, hearer);
      } else {
        offer_frozen_word(at, hear, hearer);
      }
    } else {
      offer_register(frame, hear, hearer);
    }
    if (numbers.wrong) {
      return false;
    }
  }
  return true;
}
