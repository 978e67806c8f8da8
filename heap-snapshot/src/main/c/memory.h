/*
 * Memory for the frozen child, which may not call malloc: another thread may have held its lock
 * when the child was forked.
 */
#ifndef STRANDED_MEMORY_H
#define STRANDED_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Ends the work with a line that says why. The child exits; tests jump. */
_Noreturn void give_up(const char *why);

/* So many zero bytes, of which only those that are touched cost anything. */
void *memory_map(size_t bytes);

void memory_unmap(void *at, size_t bytes);

/* An array that grows. */
struct vec {
  char *items;
  size_t item_bytes;
  size_t count;
  size_t capacity;
};

/* A new item at the end, uninitialized. Items move when the array grows. */
void *vec_add(struct vec *vec, size_t item_bytes);

/* Makes room for so many items, which then do not move until there are more. */
void vec_reserve(struct vec *vec, size_t item_bytes, size_t count);

void vec_free(struct vec *vec);

static inline void *vec_at(const struct vec *vec, size_t index) {
  return vec->items + index * vec->item_bytes;
}

/* A map from words that are not 0 to words, open addressing. */
struct map {
  uintptr_t *slots;
  size_t capacity;
  size_t count;
};

#define MAP_NONE ((uintptr_t)-1)

void map_put(struct map *map, uintptr_t key, uintptr_t value);

void map_free(struct map *map);

static inline size_t map_slot(const struct map *map, uintptr_t key) {
  return (size_t)((key * 0x9E3779B97F4A7C15ull) >> 20) & (map->capacity - 1);
}

/* The value of a key, or MAP_NONE; 0 is no key, though it may be asked for. */
static inline uintptr_t map_get(const struct map *map, uintptr_t key) {
  if (map->capacity == 0) {
    return MAP_NONE;
  }
  for (size_t slot = map_slot(map, key);; slot = (slot + 1) & (map->capacity - 1)) {
    uintptr_t found = map->slots[2 * slot];
    if (found == 0) {
      return MAP_NONE;
    }
    if (found == key) {
      return map->slots[2 * slot + 1];
    }
  }
}

#endif
