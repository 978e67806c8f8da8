/* Classes and memory of the frozen heap. */
#include "heap.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Two bits at the top of a class's layout helper tell arrays: of references, of others. */
#define LAYOUT_TAG_SHIFT 30
#define LAYOUT_OBJECT_ARRAY 2u
#define LAYOUT_HEADER_SHIFT 16
#define LAYOUT_HEADER_MASK 255
#define LAYOUT_LOG2_MASK 63

struct range {
  addr from;
  addr to;
};

static struct vec ranges;
static struct vec klasses;
static struct map klass_by_address;
static struct vec field_rules;

/* --- memory --- */

static bool parse_hex(const char **at, const char *end, addr *value) {
  *value = 0;
  const char *start = *at;
  while (*at < end) {
    char c = **at;
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) {
      break;
    }
    *value = *value << 4 | (addr)digit;
    (*at)++;
  }
  return *at > start;
}

static void note_mapping(const char *line, const char *end) {
  struct range range;
  if (!parse_hex(&line, end, &range.from) || line == end || *line++ != '-' ||
      !parse_hex(&line, end, &range.to) || end - line < 2) {
    give_up("/proc/self/maps is not as expected");
  }
  if (line[1] != 'r') {
    return;
  }
  struct range *last = ranges.count == 0 ? NULL : vec_at(&ranges, ranges.count - 1);
  if (last != NULL && last->to == range.from) {
    last->to = range.to;
  } else {
    *(struct range *)vec_add(&ranges, sizeof range) = range;
  }
}

static void read_mappings(void) {
  char buffer[1 << 14];
  size_t kept = 0;
  int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    give_up("/proc/self/maps cannot be read");
  }
  for (;;) {
    ssize_t got = read(file, buffer + kept, sizeof buffer - kept);
    if (got <= 0) {
      break;
    }
    char *line = buffer;
    char *end = buffer + kept + got;
    for (char *stop; (stop = memchr(line, '\n', (size_t)(end - line))) != NULL; line = stop + 1) {
      note_mapping(line, stop);
    }
    kept = (size_t)(end - line);
    if (kept == sizeof buffer) {
      give_up("/proc/self/maps is not as expected");
    }
    memmove(buffer, line, kept);
  }
  close(file);
}

static const struct range *range_of(addr at) {
  size_t low = 0;
  size_t high = ranges.count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    const struct range *range = vec_at(&ranges, middle);
    if (at < range->from) {
      high = middle;
    } else if (at >= range->to) {
      low = middle + 1;
    } else {
      return range;
    }
  }
  return NULL;
}

bool is_readable(addr from, addr to) {
  const struct range *range = range_of(from);
  return range != NULL && to <= range->to && from <= to;
}

addr readable_from(addr at) {
  const struct range *range = range_of(at);
  return range == NULL ? at : range->from;
}

/* --- classes --- */

struct klass *klass_at(addr klass) {
  uintptr_t index = map_get(&klass_by_address, klass);
  return index == MAP_NONE ? NULL : vec_at(&klasses, index);
}

const struct field_rule *field_rule_at(int32_t index) {
  return index < 0 ? NULL : vec_at(&field_rules, (size_t)index);
}

static addr klass_address(addr object) {
  if (vm.compact_headers) {
    addr narrow = word_at(object) >> vm.klass_shift_in_mark;
    return vm.klass_base + (narrow << vm.klass_shift);
  }
  if (vm.narrow_klasses) {
    return vm.klass_base + ((addr) * (const uint32_t *)(object + 8) << vm.klass_shift);
  }
  return word_at(object + 8);
}

struct klass *klass_of(addr object) {
  return klass_at(klass_address(object));
}

struct klass *klass_of_mirror(addr mirror) {
  addr klass = word_at(mirror + vm.mirror_klass);
  return klass == 0 ? NULL : klass_at(klass);
}

bool looks_like_object(addr word) {
  if (!in_heap(word) || (word & 7) != 0 || !is_readable(word, word + 16)) {
    return false;
  }
  addr object = resolve(word);
  if (object != word && ((object & 7) != 0 || !is_readable(object, object + 16) ||
                         resolve(object) != object)) {
    /* What was moved more than once is what a collection has left behind. */
    return false;
  }
  const struct klass *klass = klass_of(object);
  return klass != NULL && is_readable(object, object + klass->size);
}

size_t object_size(addr object, const struct klass *klass) {
  switch (klass->shape) {
    case INSTANCE:
      return klass->size;
    case MIRROR:
    case CHUNK:
      /* What follows the fields is not of a fixed size, and is told apart. */
      return klass->size;
    case OBJECT_ARRAY:
    case PRIMITIVE_ARRAY: {
      size_t bytes = klass->size + ((size_t)(uint32_t)array_length(object) << klass->log2_element);
      return (bytes + vm.object_alignment - 1) & ~(vm.object_alignment - 1);
    }
  }
  return 0;
}

static void add_klass(addr at) {
  struct klass klass = {.at = at, .rules = -1, .index = -1, .plain = true};
  int32_t layout = int_at(at + vm.klass_layout_helper);
  klass.loader_data = word_at(at + vm.klass_loader_data);
  if (layout >= 0) {
    /* Abstract classes and interfaces have no instances and a size all the same. */
    klass.shape = INSTANCE;
    klass.size = (uint32_t)layout & ~7u;
    klass.run_count = *(const uint32_t *)(at + vm.instance_oop_map_count);
    klass.runs = (const struct oop_run *)(at + vm.instance_klass_size +
                                          sizeof(addr) *
                                              (size_t)(int_at(at + vm.klass_vtable_length) +
                                                       int_at(at + vm.instance_itable_length)));
  } else {
    klass.shape = (uint32_t)layout >> LAYOUT_TAG_SHIFT == LAYOUT_OBJECT_ARRAY ? OBJECT_ARRAY
                                                                              : PRIMITIVE_ARRAY;
    klass.size = (uint32_t)layout >> LAYOUT_HEADER_SHIFT & LAYOUT_HEADER_MASK;
    klass.log2_element = (uint32_t)layout & LAYOUT_LOG2_MASK;
  }
  map_put(&klass_by_address, at, klasses.count);
  *(struct klass *)vec_add(&klasses, sizeof klass) = klass;
}

static void read_classes(void) {
  for (addr loader = word_at(vm.loaders_head); loader != 0;
       loader = word_at(loader + vm.loader_next)) {
    for (addr klass = word_at(loader + vm.loader_klasses); klass != 0;
         klass = word_at(klass + vm.klass_next)) {
      add_klass(klass);
    }
  }
}

static struct klass *parents_class(const struct rules *rules, int32_t index) {
  addr mirror = behind_handle((addr)rules->classes[index]);
  return mirror == 0 ? NULL : klass_of_mirror(mirror);
}

static void name_classes(const struct rules *rules) {
  for (int32_t i = 0; i < rules->class_count; i++) {
    struct klass *klass = parents_class(rules, i);
    if (klass != NULL) {
      klass->index = i;
    }
  }
}

static void add_rule(struct klass *klass, enum rule_kind kind, uint32_t offset) {
  for (const struct field_rule *rule = field_rule_at(klass->rules); rule != NULL;
       rule = field_rule_at(rule->next)) {
    bool both_static = rule->kind >= RULE_SKIP_STATIC && kind >= RULE_SKIP_STATIC;
    bool both_of_instances = rule->kind < RULE_SKIP_STATIC && kind < RULE_SKIP_STATIC;
    if (rule->offset == offset && (both_static || both_of_instances)) {
      return;
    }
  }
  struct field_rule *added = vec_add(&field_rules, sizeof *added);
  *added = (struct field_rule){kind, offset, klass->rules};
  klass->rules = (int32_t)field_rules.count - 1;
  klass->plain = false;
}

/* A class has its own rules first, and those of its superclasses where it says nothing itself. */
static void apply_rules(const struct rules *rules) {
  struct map by_class = {0};
  struct vec next = {0};
  for (size_t i = 0; i < rules->rules.count; i++) {
    const struct rule *rule = vec_at(&rules->rules, i);
    struct klass *klass = parents_class(rules, rule->class_index);
    if (klass == NULL) {
      give_up("a class with a rule has no mirror");
    }
    uintptr_t before = map_get(&by_class, klass->at);
    *(uintptr_t *)vec_add(&next, sizeof(uintptr_t)) = before;
    map_put(&by_class, klass->at, i);
  }
  for (size_t k = 0; k < klasses.count; k++) {
    struct klass *klass = vec_at(&klasses, k);
    if (klass->shape == OBJECT_ARRAY || klass->shape == PRIMITIVE_ARRAY) {
      continue;
    }
    for (addr super = klass->at; super != 0; super = word_at(super + vm.klass_super)) {
      for (uintptr_t i = map_get(&by_class, super); i != MAP_NONE;
           i = *(uintptr_t *)vec_at(&next, i)) {
        const struct rule *rule = vec_at(&rules->rules, i);
        if (super == klass->at || rule->kind < RULE_SKIP_STATIC) {
          add_rule(klass, rule->kind, rule->offset);
        }
      }
    }
  }
  map_free(&by_class);
  vec_free(&next);
}

static bool is_subclass(addr klass, addr super) {
  while (klass != 0 && klass != super) {
    klass = word_at(klass + vm.klass_super);
  }
  return klass != 0;
}

static bool is_any(const struct rules *rules, const struct vec *indexes, addr klass) {
  for (size_t i = 0; i < indexes->count; i++) {
    const struct klass *super = parents_class(rules, *(int32_t *)vec_at(indexes, i));
    if (super != NULL && is_subclass(klass, super->at)) {
      return true;
    }
  }
  return false;
}

/* What the boot loader has made is the JDK's, and tells nobody who has a lock. */
static void apply_locks(const struct rules *rules) {
  for (size_t k = 0; k < klasses.count; k++) {
    struct klass *klass = vec_at(&klasses, k);
    if (klass->shape == INSTANCE) {
      klass->knows = is_any(rules, &rules->knowing_classes, klass->at);
      klass->gives = behind_handle(word_at(klass->loader_data + vm.loader_object)) != 0 &&
                     is_any(rules, &rules->giving_classes, klass->at);
      klass->plain = klass->plain && !klass->gives;
    }
  }
}

static void apply_kinds(const struct rules *rules) {
  struct klass *thread = parents_class(rules, rules->thread_class);
  struct klass *virtual_thread = rules->virtual_thread_class < 0
                                     ? NULL
                                     : parents_class(rules, rules->virtual_thread_class);
  struct klass *chunk =
      rules->chunk_class < 0 ? NULL : parents_class(rules, rules->chunk_class);
  struct klass *mirrors = NULL;
  for (int32_t i = 0; i < rules->class_count && mirrors == NULL; i++) {
    mirrors = klass_of(behind_handle((addr)rules->classes[i]));
  }
  if (thread == NULL || mirrors == NULL) {
    give_up("java.lang.Thread or java.lang.Class is not among the classes");
  }
  mirrors->shape = MIRROR;
  mirrors->plain = false;
  if (chunk != NULL) {
    chunk->shape = CHUNK;
    chunk->plain = false;
  }
  for (size_t k = 0; k < klasses.count; k++) {
    struct klass *klass = vec_at(&klasses, k);
    if (klass->shape == INSTANCE && is_subclass(klass->at, thread->at)) {
      klass->thread = true;
      klass->virtual_thread = virtual_thread != NULL && is_subclass(klass->at, virtual_thread->at);
      klass->plain = false;
    }
  }
}

void heap_open(const struct rules *rules) {
  read_mappings();
  read_classes();
  name_classes(rules);
  apply_rules(rules);
  apply_kinds(rules);
  apply_locks(rules);
}

void heap_close(void) {
  vec_free(&ranges);
  vec_free(&klasses);
  map_free(&klass_by_address);
  vec_free(&field_rules);
}
