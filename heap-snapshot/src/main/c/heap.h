/*
 * The frozen heap: what class an object has, where its references are, which memory can be read.
 * Filled once, in the child; whatever is not understood ends the snapshot.
 */
#ifndef STRANDED_HEAP_H
#define STRANDED_HEAP_H

#include <stdbool.h>

#include "memory.h"
#include "rules.h"
#include "vm_layout.h"

enum shape { INSTANCE, MIRROR, CHUNK, OBJECT_ARRAY, PRIMITIVE_ARRAY };

/* A run of references in instances, as HotSpot writes them. */
struct oop_run {
  int32_t offset;
  uint32_t count;
};

/* A class of the JVM. */
struct klass {
  addr at;
  enum shape shape;
  /* Whether to visit an instance is to follow its references, and no more. */
  bool plain;
  /* Whether instances are threads, and virtual ones. */
  bool thread;
  bool virtual_thread;
  /* Whether instances give away the threads that those know which they lead to. */
  bool gives;
  bool knows;
  /* Bytes of an instance, or of an array before its first element. */
  uint32_t size;
  uint32_t log2_element;
  const struct oop_run *runs;
  uint32_t run_count;
  /* The first of its rules, those of its superclasses included; -1 for none. */
  int32_t rules;
  /* Its place among the classes that the parent knows, or -1. */
  int32_t index;
  addr loader_data;
  /* The marking passes in which its loader was followed, a bit each. */
  uint8_t seen;
};

/* A rule at a field of a class. */
struct field_rule {
  enum rule_kind kind;
  uint32_t offset;
  int32_t next;
};

/* Reads which memory is mapped, and all classes. */
void heap_open(const struct rules *rules);

/* Forgets all of it. */
void heap_close(void);

/* The class of an object, or NULL if it has none that is known. */
struct klass *klass_of(addr object);

/* The class that a mirror stands for, or NULL for a primitive type. */
struct klass *klass_of_mirror(addr mirror);

/* A class by its address, or NULL. */
struct klass *klass_at(addr klass);

const struct field_rule *field_rule_at(int32_t index);

/* Whether all of this memory can be read. */
bool is_readable(addr from, addr to);

/* Where the readable memory around an address begins; the address itself if it is not. */
addr readable_from(addr at);

/* Bytes of an object. */
size_t object_size(addr object, const struct klass *klass);

/* Whether a word may be an object: of a class that is known, in memory that is mapped. */
bool looks_like_object(addr word);

static inline bool in_heap(addr object) {
  return object >= vm.heap_start && object < vm.heap_end;
}

static inline addr decode(uint32_t narrow) {
  return narrow == 0 ? 0 : vm.oop_base + ((addr)narrow << vm.oop_shift);
}

static inline size_t reference_size(void) {
  return vm.narrow_oops ? 4 : 8;
}

/* The reference at a place. */
static inline addr load(addr at) {
  return vm.narrow_oops ? decode(*(const uint32_t *)at) : *(const addr *)at;
}

static inline addr word_at(addr at) {
  return *(const addr *)at;
}

static inline int32_t int_at(addr at) {
  return *(const int32_t *)at;
}

/* What an OopHandle, a JNI handle or a WeakHandle leads to. */
static inline addr behind_handle(addr handle) {
  return (handle & ~(addr)7) == 0 ? 0 : word_at(handle & ~(addr)7);
}

/* Where an object is now: while it is being moved, its old place tells the new one. */
static inline addr resolve(addr object) {
  addr mark = word_at(object);
  if ((mark & 3) == 3 && in_heap(mark & ~(addr)7)) {
    return mark & ~(addr)7;
  }
  return object;
}

static inline int32_t array_length(addr array) {
  return int_at(array + vm.array_length_at);
}

#endif
