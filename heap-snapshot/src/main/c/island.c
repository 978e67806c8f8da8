/* Writes the island. */
#include "island.h"

#include "references.h"
#include "result.h"
#include "threads.h"
#include "told.h"

/* Longer arrays of numbers are written without their contents: no rule looks at them. */
#define MOST_CONTENTS 4096

/* Flags of an object. */
enum {
  /* Lives, so it is a root of the island. */
  FLAG_LIVE = 1,
  /* Lives, and only that is said of it. */
  FLAG_STUB = 2,
  /* Is a started thread that lives. */
  FLAG_THREAD = 4
};

static struct {
  const struct fixpoint *fixpoint;
  const struct rules *rules;
  struct shared *shared;
  /* Live objects that were written, or wait to be. */
  struct map border;
  struct vec open;
  struct map open_classes;
  struct map forwarded;
} out;

/* --- objects --- */

static bool is_live(addr object) {
  return is_marked(&out.fixpoint->live.own, object);
}

static bool on_island(addr object) {
  return is_told(object) && !is_live(object);
}

static int32_t class_index(const struct klass *klass) {
  if (klass->index < 0) {
    give_up("a class was loaded at that very moment");
  }
  out.shared->wanted_classes[klass->index] = 1;
  return klass->index;
}

static void write_stub(addr object, unsigned flags) {
  const struct klass *klass = klass_of(object);
  bool array = klass->shape == OBJECT_ARRAY || klass->shape == PRIMITIVE_ARRAY;
  if (klass->shape == MIRROR) {
    /* Classes that live are told with what they describe. */
    return;
  }
  u1(array ? 'B' : 'I');
  u8(object);
  i4(class_index(klass));
  u1(flags | FLAG_STUB);
  if (array) {
    u1(klass->log2_element);
  }
  i4(0);
}

/* Whether instances of a class, or of a superclass of it, are told with what they hold. */
static bool is_open(const struct klass *klass) {
  for (addr at = klass->at; at != 0; at = word_at(at + vm.klass_super)) {
    if (map_get(&out.open_classes, at) != MAP_NONE) {
      return true;
    }
  }
  return false;
}

/* Whether it is told with all that it keeps, since it is judged. */
static bool is_judged(addr object) {
  const struct candidate *candidate = candidate_of(object);
  return candidate != NULL && candidate->stage != LIVE_STRONG;
}

static void note_live(addr object, bool matters) {
  if (is_judged(object) || map_get(&out.border, object) != MAP_NONE) {
    return;
  }
  const struct klass *klass = klass_of(object);
  if (klass->thread && is_live_thread(object)) {
    map_put(&out.border, object, 1);
    u1('T');
    u8(object);
    i4(class_index(klass));
    i8(*(const int64_t *)(object + (addr)(uint32_t)out.rules->roles[ROLE_THREAD_ID]));
  } else if (is_open(klass)) {
    map_put(&out.border, object, 1);
    *(addr *)vec_add(&out.open, sizeof(addr)) = object;
  } else if (matters) {
    map_put(&out.border, object, 1);
    write_stub(object, FLAG_LIVE);
  }
}

/*
 * Takes note of what a reference of an object that is written leads to. Words on stacks may lead
 * to what is no object any more, and so may what these seem to refer to.
 */
static addr note_reference(addr reference) {
  if (!looks_like_object(reference)) {
    return 0;
  }
  addr object = resolve(reference);
  if (object != reference && map_get(&out.forwarded, reference) == MAP_NONE) {
    map_put(&out.forwarded, reference, 1);
    u1('F');
    u8(reference);
    u8(object);
  }
  return object;
}

static void look_at(addr reference, struct vec *later) {
  addr object = note_reference(reference);
  if (object != 0 && is_live(object)) {
    *(addr *)vec_add(later, sizeof(addr)) = object;
  }
}

static struct vec neighbours;

/* What references of the island refer to: the collector ends a wait for those that die. */
static struct vec referents;

static bool hear_neighbour(addr reference) {
  look_at(reference, &neighbours);
  return false;
}

static bool hear_referent(addr reference) {
  look_at(reference, &referents);
  return false;
}

static void write_object(addr object, unsigned flags) {
  const struct klass *klass = klass_of(object);
  switch (klass->shape) {
    case INSTANCE:
    case CHUNK: {
      each_reference(object, klass, hear_neighbour);
      each_hidden_reference(object, klass, hear_referent);
      u1('I');
      u8(object);
      i4(class_index(klass));
      u1(flags);
      i4((int32_t)klass->size);
      bytes((const void *)object, klass->size);
      break;
    }
    case MIRROR: {
      const struct klass *type = klass_of_mirror(object);
      if (type == NULL) {
        return;
      }
      size_t size = mirror_bytes(object, klass);
      each_reference(object, klass, hear_neighbour);
      u1('M');
      u8(object);
      i4(class_index(type));
      i4((int32_t)size);
      bytes((const void *)object, size);
      break;
    }
    case OBJECT_ARRAY: {
      int32_t length = array_length(object);
      addr at = object + klass->size;
      each_reference(object, klass, hear_neighbour);
      u1('A');
      u8(object);
      i4(class_index(klass));
      u1(flags);
      i4(length);
      for (int32_t i = 0; i < length; i++) {
        addr reference = load(at + (addr)i * reference_size());
        u8(looks_like_object(reference) ? resolve(reference) : 0);
      }
      break;
    }
    case PRIMITIVE_ARRAY: {
      int32_t length = array_length(object);
      size_t size = (size_t)(uint32_t)length << klass->log2_element;
      u1('P');
      u8(object);
      i4(class_index(klass));
      u1(flags);
      i4(length);
      i4(size > MOST_CONTENTS ? 0 : (int32_t)size);
      bytes((const void *)(object + klass->size), size > MOST_CONTENTS ? 0 : size);
      break;
    }
  }
  out.shared->island_objects++;
}

/* --- order --- */

static void sift(addr *items, size_t from, size_t count) {
  for (size_t child; (child = 2 * from + 1) < count; from = child) {
    if (child + 1 < count && items[child + 1] > items[child]) {
      child++;
    }
    if (items[from] >= items[child]) {
      return;
    }
    addr swapped = items[from];
    items[from] = items[child];
    items[child] = swapped;
  }
}

static void sort(addr *items, size_t count) {
  for (size_t i = count / 2; i > 0; i--) {
    sift(items, i - 1, count);
  }
  for (size_t end = count; end > 1; end--) {
    addr largest = items[0];
    items[0] = items[end - 1];
    items[end - 1] = largest;
    sift(items, 0, end - 1);
  }
}

/* --- parts --- */

static void write_header(const struct shared *shared) {
  bytes("STRSNAP1", 8);
  u1((unsigned)reference_size());
  u8(vm.oop_base);
  u1((unsigned)vm.oop_shift);
  i8(shared->threads);
}

static void hear_word(void *candidate, addr word) {
  if (!looks_like_object(word)) {
    return;
  }
  addr object = resolve(word);
  if (klass_of(object)->shape == MIRROR || (!is_live(object) && !on_island(object))) {
    return;
  }
  if (is_live(object)) {
    note_live(object, /* matters= */ true);
  }
  u1('W');
  u8((addr)candidate);
  u8(object);
}

static void write_candidate(struct candidate *candidate, const struct root_list *roots) {
  if (is_live(candidate->thread)) {
    /* Somebody has the Thread, but nothing of what it keeps. */
    write_object(candidate->thread, 0);
  }
  u1('C');
  u8(candidate->thread);
  i8(candidate->id);
  u1(candidate->kind);
  u1(candidate->stage);
  u1((candidate->owned ? 1u : 0) | (candidate->handle_strong ? 2u : 0) |
     (candidate->handle_weak ? 4u : 0) | (candidate->java_thread == 0 ? 8u : 0));
  u8(candidate->sync);
  u8(candidate->owner);
  if (candidate->sync != 0 && is_live(candidate->sync)) {
    note_live(candidate->sync, /* matters= */ true);
  }
  if (candidate->owner != 0 && is_live(candidate->owner)) {
    note_live(candidate->owner, /* matters= */ true);
  }
  for (int64_t i = candidate->roots; i >= 0; i = roots->items[i].next) {
    const struct root *root = &roots->items[i];
    addr object = resolve(root->object);
    if (is_live(object)) {
      note_live(object, /* matters= */ true);
    }
    u1('R');
    u8(candidate->thread);
    u8(object);
    i4(root->depth);
    u8((addr)root->method);
    i8(root->location);
  }
  candidate_scan(candidate, hear_word, (void *)candidate->thread);
  struct shared *shared = out.shared;
  if (shared->described_count < MOST_DESCRIBED) {
    shared->described[shared->described_count++] = candidate->id;
  }
}

static addr role_reference(addr object, enum role role) {
  int32_t offset = out.rules->roles[role];
  addr reference = offset == NO_ROLE || object == 0 ? 0 : load(object + (addr)(uint32_t)offset);
  return note_reference(reference);
}

static void write_live_contents(addr object) {
  if (object != 0 && is_live(object) && map_get(&out.border, object) == MAP_NONE) {
    map_put(&out.border, object, 1);
    write_object(object, FLAG_LIVE);
  }
}

/* The names of threads and their groups, which may live elsewhere too. */
static void write_name(addr named, enum role role) {
  addr name = role_reference(named, role);
  write_live_contents(name);
  write_live_contents(role_reference(name, ROLE_STRING_VALUE));
}

static bool is_group(addr object) {
  if (out.rules->group_class < 0) {
    return false;
  }
  addr mirror = behind_handle((addr)out.rules->classes[out.rules->group_class]);
  const struct klass *group = klass_of_mirror(mirror);
  for (addr at = klass_of(object)->at; at != 0; at = word_at(at + vm.klass_super)) {
    if (at == group->at) {
      return true;
    }
  }
  return false;
}

static void note_neighbours(void) {
  while (neighbours.count > 0) {
    note_live(*(addr *)vec_at(&neighbours, --neighbours.count), /* matters= */ false);
  }
  while (referents.count > 0) {
    note_live(*(addr *)vec_at(&referents, --referents.count), /* matters= */ true);
  }
}

static void write_open(void) {
  note_neighbours();
  while (out.open.count > 0) {
    addr object = *(addr *)vec_at(&out.open, --out.open.count);
    write_object(object, FLAG_LIVE);
    if (is_group(object)) {
      write_name(object, ROLE_GROUP_NAME);
    }
    note_neighbours();
  }
}

/* The classes of all that was written, with their superclasses. */
static void write_classes(void) {
  struct map written = {0};
  for (size_t i = 0; i < out.rules->described_classes.count; i++) {
    out.shared->wanted_classes[*(int32_t *)vec_at(&out.rules->described_classes, i)] = 1;
  }
  for (int32_t i = 0; i < out.rules->class_count; i++) {
    addr mirror = behind_handle((addr)out.rules->classes[i]);
    const struct klass *klass = mirror == 0 ? NULL : klass_of_mirror(mirror);
    if (!out.shared->wanted_classes[i] || klass == NULL) {
      continue;
    }
    for (addr at = klass->at; at != 0; at = word_at(at + vm.klass_super)) {
      const struct klass *type = klass_at(at);
      if (map_get(&written, at) != MAP_NONE) {
        break;
      }
      map_put(&written, at, 1);
      const struct klass *super_type = klass_at(word_at(at + vm.klass_super));
      addr type_mirror = resolve(behind_handle(word_at(at + vm.klass_mirror)));
      addr loader = behind_handle(word_at(type->loader_data + vm.loader_object));
      u1('K');
      i4(class_index(type));
      i4(super_type == NULL ? -1 : class_index(super_type));
      u8(type_mirror);
      u8(loader == 0 ? 0 : resolve(loader));
      i4((int32_t)type->size);
      u1(is_live(type_mirror));
    }
  }
  map_free(&written);
}

static void write_island(void) {
  addr *objects = (addr *)(void *)out.fixpoint->island_order.items;
  size_t count = out.fixpoint->island_order.count;
  sort(objects, count);
  for (size_t i = 0; i < count; i++) {
    if (on_island(objects[i])) {
      write_object(objects[i], 0);
      note_neighbours();
    }
  }
  const struct vec *weak = &out.fixpoint->weakly_reached;
  for (size_t i = 0; i < weak->count; i++) {
    addr object = *(addr *)vec_at(weak, i);
    if (on_island(object)) {
      u1('G');
      u8(object);
    }
  }
}

static void open_classes(const struct rules *rules) {
  for (size_t i = 0; i < rules->open_classes.count; i++) {
    int32_t index = *(int32_t *)vec_at(&rules->open_classes, i);
    addr mirror = behind_handle((addr)rules->classes[index]);
    const struct klass *klass = mirror == 0 ? NULL : klass_of_mirror(mirror);
    if (klass != NULL) {
      map_put(&out.open_classes, klass->at, 1);
    }
  }
}

void island_write(int file, const struct fixpoint *fixpoint, const struct rules *rules,
                  const struct root_list *roots, struct shared *shared) {
  result_open(file, rules->most_bytes);
  out.fixpoint = fixpoint;
  out.rules = rules;
  out.shared = shared;
  open_classes(rules);
  told_choose(fixpoint);
  write_header(shared);
  for (size_t i = 0; i < candidate_count(); i++) {
    struct candidate *candidate = candidate_at(i);
    if (candidate->stage != LIVE_STRONG) {
      write_name(candidate->thread, ROLE_THREAD_NAME);
      write_candidate(candidate, roots);
    }
  }
  write_island();
  write_open();
  write_classes();
  u1('E');
  shared->island_bytes = (int64_t)result_end();
  told_close();
  map_free(&out.border);
  map_free(&out.forwarded);
  map_free(&out.open_classes);
  vec_free(&out.open);
  vec_free(&neighbours);
  vec_free(&referents);
}
