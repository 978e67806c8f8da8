/* Reads weak JNI references. */
#include "weak.h"

#include <string.h>

/*
 * OopStorage { const char *_name; ActiveArray *_active_array; … }
 * ActiveArray { size_t _size; size_t _block_count; int _refcount; Block *blocks[]; }
 * Block { oop _data[64]; uintx _allocated_bitmask; OopStorage *_owner; void *_memory;
 *         size_t _active_index; … }
 * No table of the JVM tells this; the name and each block's owner and index prove it.
 */
enum {
  STORAGE_NAME = 0,
  STORAGE_ARRAY = 8,
  ARRAY_SIZE = 0,
  ARRAY_COUNT = 8,
  ARRAY_BLOCKS = 24,
  BLOCK_REFERENCES = 64,
  BLOCK_ALLOCATED = 512,
  BLOCK_OWNER = 520,
  BLOCK_INDEX = 536,
  BLOCK_KNOWN = 544
};

static const char storage_name[] = "JNI Weak";

_Noreturn static void give_up_unknown(void) {
  give_up("weak JNI references are not where they are expected");
}

static void hear_block(addr block, void (*hear)(void *, addr), void *hearer) {
  addr allocated = word_at(block + BLOCK_ALLOCATED);
  for (int i = 0; i < BLOCK_REFERENCES; i++) {
    if (allocated >> i & 1) {
      hear(hearer, word_at(block + (addr)i * sizeof(addr)));
    }
  }
}

void weak_references(void (*hear)(void *, addr), void *hearer) {
  addr storage = vm.weak_references;
  if (storage == 0) {
    return;
  }
  if (!is_readable(storage, storage + STORAGE_ARRAY + sizeof(addr))) {
    give_up_unknown();
  }
  addr name = word_at(storage + STORAGE_NAME);
  addr array = word_at(storage + STORAGE_ARRAY);
  if (!is_readable(name, name + sizeof storage_name) ||
      memcmp((const void *)name, storage_name, sizeof storage_name) != 0 ||
      !is_readable(array, array + ARRAY_BLOCKS)) {
    give_up_unknown();
  }
  addr count = word_at(array + ARRAY_COUNT);
  addr blocks = array + ARRAY_BLOCKS;
  if (count > word_at(array + ARRAY_SIZE) ||
      (count > 0 && !is_readable(blocks, blocks + count * sizeof(addr)))) {
    give_up_unknown();
  }
  for (addr i = 0; i < count; i++) {
    addr block = word_at(blocks + i * sizeof(addr));
    if (!is_readable(block, block + BLOCK_KNOWN) || word_at(block + BLOCK_OWNER) != storage ||
        word_at(block + BLOCK_INDEX) != i) {
      give_up_unknown();
    }
    hear_block(block, hear, hearer);
  }
}
