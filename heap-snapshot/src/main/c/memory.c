/* Memory by mmap alone. */
#define _GNU_SOURCE
#include "memory.h"

#include <sys/mman.h>

#define FIRST_BYTES ((size_t)1 << 16)
#define FIRST_SLOTS ((size_t)1 << 12)

void *memory_map(size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) {
    give_up("no memory for the snapshot's own tables");
  }
  return at;
}

void memory_unmap(void *at, size_t bytes) {
  munmap(at, bytes);
}

void *vec_add(struct vec *vec, size_t item_bytes) {
  if (vec->count == vec->capacity) {
    size_t old_bytes = vec->capacity * vec->item_bytes;
    size_t bytes = old_bytes == 0 ? FIRST_BYTES : 2 * old_bytes;
    if (old_bytes == 0) {
      vec->item_bytes = item_bytes;
      vec->items = memory_map(bytes);
    } else {
      void *moved = mremap(vec->items, old_bytes, bytes, MREMAP_MAYMOVE);
      if (moved == MAP_FAILED) {
        give_up("no memory for the snapshot's own tables");
      }
      vec->items = moved;
    }
    /* The rest of the last pages stays unused, so that sizes are known from the capacity. */
    vec->capacity = vec->capacity == 0 ? bytes / item_bytes : 2 * vec->capacity;
  }
  return vec->items + vec->count++ * vec->item_bytes;
}

void vec_reserve(struct vec *vec, size_t item_bytes, size_t count) {
  vec->item_bytes = item_bytes;
  vec->items = memory_map(count * item_bytes);
  vec->capacity = count;
}

void vec_free(struct vec *vec) {
  if (vec->capacity > 0) {
    memory_unmap(vec->items, vec->capacity * vec->item_bytes);
  }
  *vec = (struct vec){0};
}

static void put(struct map *map, uintptr_t key, uintptr_t value) {
  size_t slot = map_slot(map, key);
  while (map->slots[2 * slot] != 0 && map->slots[2 * slot] != key) {
    slot = (slot + 1) & (map->capacity - 1);
  }
  map->count += map->slots[2 * slot] == 0;
  map->slots[2 * slot] = key;
  map->slots[2 * slot + 1] = value;
}

void map_put(struct map *map, uintptr_t key, uintptr_t value) {
  if (2 * (map->count + 1) > map->capacity) {
    struct map larger = {NULL, map->capacity == 0 ? FIRST_SLOTS : 2 * map->capacity, 0};
    larger.slots = memory_map(2 * larger.capacity * sizeof(uintptr_t));
    for (size_t slot = 0; slot < map->capacity; slot++) {
      if (map->slots[2 * slot] != 0) {
        put(&larger, map->slots[2 * slot], map->slots[2 * slot + 1]);
      }
    }
    map_free(map);
    *map = larger;
  }
  put(map, key, value);
}

void map_free(struct map *map) {
  if (map->capacity > 0) {
    memory_unmap(map->slots, 2 * map->capacity * sizeof(uintptr_t));
  }
  *map = (struct map){0};
}
