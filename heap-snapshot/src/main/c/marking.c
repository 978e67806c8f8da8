/* Marks what is reachable. */
#include "marking.h"

#include "chunks.h"

/* References on their way into the caches; a power of two. */
#define RING 32
#define RING_FULL 24

/* Elements of an array that are followed at a time. */
#define SLICE 256

/* An entry of the stack: an object, or the rest of an array. */
struct entry {
  addr object;
  size_t from;
};

static addr ring[RING];
static unsigned ring_head;
static unsigned ring_tail;
static struct vec stack;
static struct map loaders;
static struct map given;

void marks_open(struct marks *marks) {
  marks->bytes = (((vm.heap_end - vm.heap_start) >> 6) + 8 + 4095) & ~(size_t)4095;
  marks->bits = memory_map(marks->bytes);
}

void marks_clear(struct marks *marks) {
  marks_close(marks);
  marks_open(marks);
}

void marks_close(struct marks *marks) {
  if (marks->bits != NULL) {
    memory_unmap(marks->bits, marks->bytes);
  }
  *marks = (struct marks){0};
}

static bool mark(struct marking *marking, addr object) {
  size_t index = (object - vm.heap_start) >> 3;
  uint64_t bit = (uint64_t)1 << (index & 63);
  if (marking->own.bits[index >> 6] & bit ||
      (marking->below != NULL && marking->below->bits[index >> 6] & bit)) {
    return false;
  }
  marking->own.bits[index >> 6] |= bit;
  return true;
}

static void push(addr object, size_t from) {
  struct entry *entry = vec_add(&stack, sizeof *entry);
  entry->object = object;
  entry->from = from;
}

static inline void fetch(const struct marking *marking, addr object) {
  __builtin_prefetch((const void *)object);
  __builtin_prefetch(&marking->own.bits[(object - vm.heap_start) >> 9]);
}

void marking_add(struct marking *marking, addr object) {
  if (object == 0) {
    return;
  }
  if (!in_heap(object) || (object & 7) != 0) {
    if (marking->tolerant) {
      return;
    }
    give_up("a reference leads out of the heap");
  }
  if (ring_tail - ring_head == RING) {
    push(object, 0);
    return;
  }
  fetch(marking, object);
  ring[ring_tail++ & (RING - 1)] = object;
}

void marking_add_word(struct marking *marking, addr word) {
  if (looks_like_object(word)) {
    bool before = marking->tolerant;
    marking->tolerant = true;
    marking_add(marking, word);
    marking_drain(marking);
    marking->tolerant = before;
  }
}

/* --- loaders --- */

bool is_loader_seen(enum pass pass, addr loader_data) {
  uintptr_t seen = map_get(&loaders, loader_data);
  return seen != MAP_NONE && (seen & pass) != 0;
}

void forget_loaders(uint8_t passes) {
  for (size_t slot = 0; slot < loaders.capacity; slot++) {
    if (loaders.slots[2 * slot] != 0) {
      addr loader = loaders.slots[2 * slot];
      loaders.slots[2 * slot + 1] &= ~(uintptr_t)passes;
      for (addr at = word_at(loader + vm.loader_klasses); at != 0;
           at = word_at(at + vm.klass_next)) {
        struct klass *klass = klass_at(at);
        if (klass != NULL) {
          klass->seen &= (uint8_t)~passes;
        }
      }
    }
  }
}

static void add_loader_of(struct marking *marking, addr klass) {
  const struct klass *known = klass_at(klass);
  if (known == NULL) {
    give_up("a class refers to one that no loader has");
  }
  marking_add_loader(marking, known->loader_data);
}

static void add_classes_of_array(struct marking *marking, addr array) {
  if (array == 0) {
    return;
  }
  int32_t length = int_at(array + vm.array_length);
  for (int32_t i = 0; i < length; i++) {
    addr klass = word_at(array + vm.array_data + (size_t)i * sizeof(addr));
    if (klass != 0) {
      add_loader_of(marking, klass);
    }
  }
}

/* What an instance class keeps alive beside its mirror: constants, and the classes it names. */
static void add_constants(struct marking *marking, addr klass) {
  addr super = word_at(klass + vm.klass_super);
  if (super != 0) {
    add_loader_of(marking, super);
  }
  add_classes_of_array(marking, word_at(klass + vm.instance_interfaces));
  addr pool = word_at(klass + vm.instance_constants);
  if (pool == 0) {
    return;
  }
  addr cache = word_at(pool + vm.pool_cache);
  if (cache != 0) {
    marking_add(marking, behind_handle(word_at(cache + vm.cache_references)));
  }
  add_classes_of_array(marking, word_at(pool + vm.pool_resolved_klasses));
}

void marking_add_loader(struct marking *marking, addr loader_data) {
  /* Loaders lead to loaders; a list of their own keeps this from running out of stack. */
  static struct vec waiting;
  static bool running;
  if (loader_data == 0 || is_loader_seen(marking->pass, loader_data) ||
      (marking->pass != PASS_LIVE && is_loader_seen(PASS_LIVE, loader_data))) {
    return;
  }
  uintptr_t before = map_get(&loaders, loader_data);
  map_put(&loaders, loader_data, (before == MAP_NONE ? 0 : before) | marking->pass);
  *(addr *)vec_add(&waiting, sizeof(addr)) = loader_data;
  if (running) {
    return;
  }
  running = true;
  while (waiting.count > 0) {
    addr loader = *(addr *)vec_at(&waiting, --waiting.count);
    marking_add(marking, behind_handle(word_at(loader + vm.loader_object)));
    for (addr at = word_at(loader + vm.loader_klasses); at != 0;
         at = word_at(at + vm.klass_next)) {
      const struct klass *klass = klass_at(at);
      if (klass == NULL) {
        give_up("a class has appeared in the frozen image");
      }
      marking_add(marking, behind_handle(word_at(at + vm.klass_mirror)));
      if (klass->shape == OBJECT_ARRAY) {
        add_loader_of(marking, word_at(at + vm.obj_array_element));
      } else if (klass->shape != PRIMITIVE_ARRAY) {
        add_constants(marking, at);
      }
    }
  }
  running = false;
}

static inline void see_class(struct marking *marking, struct klass *klass) {
  if ((klass->seen & marking->pass) == 0) {
    klass->seen |= marking->pass;
    marking_add_loader(marking, klass->loader_data);
  }
}

/* --- objects --- */

static void follow_runs(struct marking *marking, addr object, const struct klass *klass) {
  for (uint32_t i = 0; i < klass->run_count; i++) {
    addr at = object + (addr)klass->runs[i].offset;
    for (uint32_t n = klass->runs[i].count; n > 0; n--, at += reference_size()) {
      marking_add(marking, load(at));
    }
  }
}

static enum rule_kind rule_of(const struct klass *klass, uint32_t offset, bool of_class) {
  for (const struct field_rule *rule = field_rule_at(klass->rules); rule != NULL;
       rule = field_rule_at(rule->next)) {
    bool is_static = rule->kind == RULE_SKIP_STATIC || rule->kind == RULE_REGISTRY;
    if (rule->offset == offset && is_static == of_class) {
      return rule->kind;
    }
  }
  return RULE_FOLLOW;
}

bool is_way(const struct klass *klass, uint32_t offset, bool is_static) {
  switch (rule_of(klass, offset, is_static)) {
    case RULE_SKIP:
    case RULE_OWNER:
    case RULE_DEFER:
    case RULE_SKIP_STATIC:
    case RULE_REGISTRY:
      return false;
    case RULE_FOLLOW:
    case RULE_PRIVATE:
      return true;
  }
  return false;
}

static void follow_by_rules(struct marking *marking, addr object, const struct klass *klass,
                            bool entered) {
  bool everything = marking->pass == PASS_EVERYTHING;
  for (uint32_t i = 0; i < klass->run_count; i++) {
    uint32_t offset = (uint32_t)klass->runs[i].offset;
    for (uint32_t n = klass->runs[i].count; n > 0; n--, offset += (uint32_t)reference_size()) {
      enum rule_kind kind = rule_of(klass, offset, /* of_class= */ false);
      bool passed_over = kind == RULE_SKIP || kind == RULE_OWNER || kind == RULE_DEFER ||
                         (kind == RULE_PRIVATE && !entered);
      if (everything || !passed_over) {
        marking_add(marking, load(object + offset));
      }
    }
  }
}

/*
 * The fields that the collector does not follow, such as a referent, are in no run. Those that are
 * skipped may lead to what is no object any more: only with care can they be followed.
 */
bool is_in_runs(const struct klass *klass, uint32_t offset) {
  for (uint32_t i = 0; i < klass->run_count; i++) {
    uint32_t start = (uint32_t)klass->runs[i].offset;
    if (offset >= start && offset < start + klass->runs[i].count * reference_size()) {
      return true;
    }
  }
  return false;
}

static void hear_word(void *hearer, addr word) {
  struct marking *marking = hearer;
  if (looks_like_object(word)) {
    *(addr *)vec_add(&marking->words, sizeof(addr)) = word;
  }
}

static void follow_hidden_fields(struct marking *marking, addr object, const struct klass *klass) {
  for (const struct field_rule *rule = field_rule_at(klass->rules); rule != NULL;
       rule = field_rule_at(rule->next)) {
    if (rule->kind >= RULE_PRIVATE || is_in_runs(klass, rule->offset)) {
      continue;
    }
    addr target = load(object + rule->offset);
    bool island = marking->pass == PASS_EVERYTHING && !marking->stops_at_threads;
    if (rule->kind == RULE_FOLLOW || (rule->kind == RULE_DEFER && marking->pass == PASS_WEAK)) {
      marking_add(marking, target);
    } else if (island) {
      hear_word(marking, target);
    } else if (rule->kind == RULE_DEFER && target != 0) {
      struct vec *later = marking->tolerant ? &marking->doubtful : &marking->deferred;
      *(addr *)vec_add(later, sizeof(addr)) = target;
    }
  }
}

static void follow_statics(struct marking *marking, addr mirror, const struct klass *mirrors) {
  addr klass_address = word_at(mirror + vm.mirror_klass);
  if (klass_address == 0) {
    return;
  }
  struct klass *klass = klass_at(klass_address);
  if (klass == NULL) {
    bool archived = is_readable(klass_address, klass_address + vm.instance_klass_size) &&
                    word_at(klass_address + vm.klass_loader_data) == 0;
    if (marking->tolerant || archived) {
      /* The archive has mirrors of classes that were not loaded yet. */
      return;
    }
    give_up("a mirror stands for a class that no loader has");
  }
  see_class(marking, klass);
  uint32_t offset = mirrors->size;
  size_t bytes = (size_t)(uint32_t)int_at(mirror + vm.mirror_static_oop_count) * reference_size();
  if (!is_readable(mirror, mirror + offset + bytes)) {
    if (marking->tolerant) {
      return;
    }
    give_up("a class has more static fields than there is memory");
  }
  for (int32_t n = int_at(mirror + vm.mirror_static_oop_count); n > 0;
       n--, offset += (uint32_t)reference_size()) {
    if (marking->pass == PASS_EVERYTHING ||
        rule_of(klass, offset, /* of_class= */ true) == RULE_FOLLOW) {
      marking_add(marking, load(mirror + offset));
    }
  }
}

void forget_given(void) {
  map_free(&given);
}

/* A lock of the application: whoever has it may be told who owns it, and who queues at it. */
static void give_threads(struct marking *marking, addr lock) {
  struct vec waiting = {0};
  *(addr *)vec_add(&waiting, sizeof(addr)) = lock;
  while (waiting.count > 0) {
    addr object = *(addr *)vec_at(&waiting, --waiting.count);
    const struct klass *klass = klass_of(object);
    for (uint32_t i = 0; i < klass->run_count; i++) {
      addr at = object + (addr)klass->runs[i].offset;
      for (uint32_t n = klass->runs[i].count; n > 0; n--, at += reference_size()) {
        addr reference = load(at);
        if (!looks_like_object(reference)) {
          continue;
        }
        addr target = resolve(reference);
        if (klass_of(target)->thread) {
          marking_add(marking, reference);
        } else if (klass_of(target)->knows && map_get(&given, target) == MAP_NONE) {
          map_put(&given, target, 1);
          *(addr *)vec_add(&waiting, sizeof(addr)) = target;
        }
      }
    }
  }
  vec_free(&waiting);
}

static void visit_special(struct marking *marking, addr object, struct klass *klass) {
  switch (klass->shape) {
    case MIRROR:
      follow_by_rules(marking, object, klass, /* entered= */ true);
      follow_statics(marking, object, klass);
      break;
    case CHUNK:
      follow_by_rules(marking, object, klass, /* entered= */ true);
      if (!marking->tolerant || chunk_is_sound(object, klass)) {
        chunk_scan(object, klass, hear_word, marking);
      }
      break;
    case INSTANCE: {
      bool entered = !klass->thread || thread_is_entered(marking, object, klass);
      if (klass->thread && marking->stops_at_threads) {
        return;
      }
      follow_by_rules(marking, object, klass, entered);
      follow_hidden_fields(marking, object, klass);
      if (klass->gives && marking->pass != PASS_EVERYTHING) {
        give_threads(marking, object);
      }
      break;
    }
    case OBJECT_ARRAY:
    case PRIMITIVE_ARRAY:
      give_up("an array has a rule");
  }
}

static void visit_slice(struct marking *marking, addr array, const struct klass *klass,
                        size_t from) {
  size_t length = (size_t)(uint32_t)array_length(array);
  size_t to = length - from > SLICE ? from + SLICE : length;
  if (to < length) {
    push(array, to);
  }
  addr at = array + klass->size + from * reference_size();
  for (size_t i = from; i < to; i++, at += reference_size()) {
    marking_add(marking, load(at));
  }
}

static void visit(struct marking *marking, addr object, struct klass *klass) {
  see_class(marking, klass);
  if (klass->shape == PRIMITIVE_ARRAY) {
    return;
  }
  if (klass->shape == OBJECT_ARRAY) {
    visit_slice(marking, object, klass, 0);
  } else if (klass->plain) {
    follow_runs(marking, object, klass);
  } else {
    visit_special(marking, object, klass);
  }
}

static struct klass *known_class(const struct marking *marking, addr object) {
  if (marking->tolerant && !looks_like_object(object)) {
    return NULL;
  }
  struct klass *klass = klass_of(object);
  if (klass == NULL && !marking->tolerant) {
    give_up("an object is of no known class");
  }
  if (klass != NULL && marking->tolerant &&
      !is_readable(object, object + object_size(object, klass))) {
    return NULL;
  }
  return klass;
}

static void take(struct marking *marking, addr reference) {
  if (marking->tolerant && !is_readable(reference, reference + 16)) {
    return;
  }
  addr object = resolve(reference);
  if (!mark(marking, object)) {
    return;
  }
  struct klass *klass = known_class(marking, object);
  if (klass == NULL) {
    return;
  }
  marking->objects++;
  if (marking->order != NULL) {
    *(addr *)vec_add(marking->order, sizeof(addr)) = object;
  }
  visit(marking, object, klass);
}

void marking_drain_exactly(struct marking *marking) {
  for (;;) {
    unsigned queued = ring_tail - ring_head;
    if (queued >= RING_FULL || (queued > 0 && stack.count == 0)) {
      take(marking, ring[ring_head++ & (RING - 1)]);
    } else if (stack.count > 0) {
      struct entry entry = *(struct entry *)vec_at(&stack, --stack.count);
      if (entry.from > 0) {
        visit_slice(marking, entry.object, klass_of(entry.object), entry.from);
      } else {
        fetch(marking, entry.object);
        ring[ring_tail++ & (RING - 1)] = entry.object;
      }
    } else {
      return;
    }
  }
}

void marking_drain(struct marking *marking) {
  bool before = marking->tolerant;
  marking_drain_exactly(marking);
  while (marking->words.count > 0) {
    addr word = *(addr *)vec_at(&marking->words, --marking->words.count);
    marking->tolerant = true;
    marking_add(marking, word);
    marking_drain_exactly(marking);
  }
  marking->tolerant = before;
}

addr marking_meet(struct marking *marking, addr reference) {
  if (!looks_like_object(reference)) {
    return 0;
  }
  addr object = resolve(reference);
  return mark(marking, object) && known_class(marking, object) != NULL ? object : 0;
}

/* The next reference that was added and is followed no further; 0 if there is none. */
static addr next_added(struct marking *marking) {
  while (ring_tail == ring_head && stack.count > 0) {
    struct entry entry = *(struct entry *)vec_at(&stack, --stack.count);
    if (entry.from == 0) {
      return entry.object;
    }
    visit_slice(marking, entry.object, klass_of(entry.object), entry.from);
  }
  return ring_tail == ring_head ? 0 : ring[ring_head++ & (RING - 1)];
}

void marking_step(struct marking *marking, addr object, bool (*hear)(void *, addr), void *hearer) {
  visit(marking, object, klass_of(object));
  for (addr reference; (reference = next_added(marking)) != 0;) {
    addr met = marking_meet(marking, reference);
    if (met != 0 && !hear(hearer, met)) {
      ring_head = ring_tail;
      stack.count = 0;
    }
  }
}

void marking_enter_thread(struct marking *marking, addr thread) {
  struct klass *klass = klass_of(thread);
  if (klass == NULL) {
    give_up("a thread is of no known class");
  }
  if (mark(marking, thread)) {
    marking->objects++;
    if (marking->order != NULL) {
      *(addr *)vec_add(marking->order, sizeof(addr)) = thread;
    }
  }
  see_class(marking, klass);
  follow_by_rules(marking, thread, klass, /* entered= */ true);
  follow_hidden_fields(marking, thread, klass);
}
