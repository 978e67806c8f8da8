/* A JVM made by hand. */
#define _GNU_SOURCE
#include "fake_threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAP_BYTES ((size_t)4 << 20)
#define METADATA_BYTES ((size_t)1 << 20)
#define MOST_CLASSES 64
#define GAVE_UP_CODE 77

#define MIRROR_KLASS HEADER
#define MIRROR_COUNT (HEADER + 8)

struct fake_klass {
  int32_t layout;
  int32_t vtable;
  int32_t itable;
  uint32_t runs;
  addr mirror;
  addr loader;
  addr next;
  addr super;
  addr constants;
  addr interfaces;
  addr element;
  addr name;
  struct oop_run run;
};

struct fake_loader {
  addr next;
  addr klasses;
  addr object;
};

struct rules fake_rules;
struct root_list fake_roots;
addr fake_object_class;
addr fake_thread_class;
addr fake_virtual_class;
addr fake_asker;

static struct {
  char *heap;
  size_t used;
  char *metadata;
  size_t metadata_used;
  struct fake_loader *loader;
  addr loader_head;
  addr mirrors;
  addr arrays;
  addr numbers;
  const void *classes[MOST_CLASSES];
  addr klasses[MOST_CLASSES];
  struct rule rules[64];
  struct root roots[4096];
} fake;

static int failures;

_Noreturn void give_up(const char *why) {
  ssize_t ignored = write(3, why, strlen(why));
  (void)ignored;
  _exit(GAVE_UP_CODE);
}

_Noreturn void check_failed(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: %s\n", file, line, condition);
  _exit(1);
}

void run(const char *name, void (*test)(void), const char *gives_up_with) {
  int pipes[2];
  char why[256] = "";
  if (pipe(pipes) != 0) {
    abort();
  }
  pid_t child = fork();
  if (child == 0) {
    dup2(pipes[1], 3);
    test();
    exit(0);
  }
  close(pipes[1]);
  ssize_t got = read(pipes[0], why, sizeof why - 1);
  why[got < 0 ? 0 : got] = 0;
  close(pipes[0]);
  int status = 0;
  waitpid(child, &status, 0);
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  bool fine = gives_up_with == NULL ? code == 0
                                    : code == GAVE_UP_CODE && strcmp(why, gives_up_with) == 0;
  printf("%s %s%s%s\n", fine ? "ok    " : "FAILED", name, why[0] == 0 ? "" : ": ", why);
  fflush(stdout);
  failures += !fine;
}

int tests_result(void) {
  return failures == 0 ? 0 : 1;
}

void *fake_metadata(size_t bytes) {
  void *at = fake.metadata + fake.metadata_used;
  fake.metadata_used += (bytes + 15) & ~(size_t)15;
  if (fake.metadata_used > METADATA_BYTES) {
    abort();
  }
  return at;
}

static addr allocate(addr klass, size_t bytes) {
  addr at = (addr)fake.heap + fake.used;
  fake.used += (bytes + 7) & ~(size_t)7;
  if (fake.used > HEAP_BYTES) {
    abort();
  }
  *(addr *)at = 1;
  *(addr *)(at + 8) = klass;
  return at;
}

static void describe(void) {
  memset(&vm, 0, sizeof vm);
  vm.heap_start = (addr)fake.heap;
  vm.heap_end = vm.heap_start + HEAP_BYTES;
  vm.oop_base = vm.heap_start - 4096;
  vm.oop_shift = 3;
  vm.array_length_at = 16;
  vm.object_alignment = 8;
  vm.klass_layout_helper = offsetof(struct fake_klass, layout);
  vm.klass_mirror = offsetof(struct fake_klass, mirror);
  vm.klass_loader_data = offsetof(struct fake_klass, loader);
  vm.klass_next = offsetof(struct fake_klass, next);
  vm.klass_super = offsetof(struct fake_klass, super);
  vm.klass_name = offsetof(struct fake_klass, name);
  vm.klass_vtable_length = offsetof(struct fake_klass, vtable);
  vm.instance_klass_size = offsetof(struct fake_klass, run);
  vm.instance_itable_length = offsetof(struct fake_klass, itable);
  vm.instance_oop_map_count = offsetof(struct fake_klass, runs);
  vm.instance_constants = offsetof(struct fake_klass, constants);
  vm.instance_interfaces = offsetof(struct fake_klass, interfaces);
  vm.obj_array_element = offsetof(struct fake_klass, element);
  vm.loaders_head = (addr)&fake.loader_head;
  vm.loader_next = offsetof(struct fake_loader, next);
  vm.loader_klasses = offsetof(struct fake_loader, klasses);
  vm.loader_object = offsetof(struct fake_loader, object);
  vm.mirror_klass = MIRROR_KLASS;
  vm.mirror_static_oop_count = MIRROR_COUNT;
}

static struct fake_klass *new_klass(int32_t layout, addr super) {
  struct fake_klass *klass = fake_metadata(sizeof *klass);
  klass->layout = layout;
  klass->super = super;
  klass->loader = (addr)fake.loader;
  klass->next = fake.loader->klasses;
  fake.loader->klasses = (addr)klass;
  return klass;
}

/* A mirror has one static field. */
static void add_mirror(struct fake_klass *klass) {
  addr mirror = allocate(fake.mirrors, OBJECT_BYTES + 8);
  *(addr *)(mirror + MIRROR_KLASS) = (addr)klass;
  *(int32_t *)(mirror + MIRROR_COUNT) = 1;
  addr *slot = fake_metadata(sizeof *slot);
  *slot = mirror;
  klass->mirror = (addr)slot;
  fake.classes[fake_rules.class_count] = slot;
  fake.klasses[fake_rules.class_count++] = (addr)klass;
}

void fake_open(bool narrow) {
  memset(&fake, 0, sizeof fake);
  memset(&fake_rules, 0, sizeof fake_rules);
  memset(&fake_roots, 0, sizeof fake_roots);
  fake.heap = mmap(NULL, HEAP_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  fake.metadata =
      mmap(NULL, METADATA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  describe();
  fake_threads_open();
  vm.narrow_oops = narrow;
  fake.loader = fake_metadata(sizeof *fake.loader);
  fake.loader_head = (addr)fake.loader;
  fake_roots.items = fake.roots;
  fake_roots.capacity = 4096;
  for (int i = 0; i < ROLE_COUNT; i++) {
    fake_rules.roles[i] = NO_ROLE;
  }
  fake.mirrors = (addr)new_klass(OBJECT_BYTES, 0);
  add_mirror((struct fake_klass *)fake.mirrors);
  fake_object_class = fake_class(0, FIELDS);
  fake_thread_class = fake_class(fake_object_class, FIELDS);
  struct fake_klass *array = new_klass(
      (int32_t)(0x80000000u | 24u << 16 | (narrow ? 2u : 3u)), fake_object_class);
  array->element = fake_object_class;
  fake.arrays = (addr)array;
  add_mirror(array);
  struct fake_klass *numbers =
      new_klass((int32_t)(0xC0000000u | 24u << 16 | 3u), fake_object_class);
  fake.numbers = (addr)numbers;
  add_mirror(numbers);
  fake_rules.classes = fake.classes;
  fake_rules.thread_class = fake_index(fake_thread_class);
  fake_virtual_class = fake_class(fake_thread_class, FIELDS);
  fake_rules.virtual_thread_class = fake_index(fake_virtual_class);
  fake_rules.has_virtual_wait[VIRTUAL_PARKED] = true;
  fake_rules.virtual_waits[VIRTUAL_PARKED] = VIRTUAL_STATE;
  fake_rules.has_virtual_wait[VIRTUAL_WAITING] = true;
  fake_rules.virtual_waits[VIRTUAL_WAITING] = VIRTUAL_WAIT_STATE;
  fake_rules.chunk_class = -1;
  fake_rules.group_class = -1;
  fake_rules.all_threads = true;
  fake_rules.least_stage = LIVE_NEVER;
  fake_rules.most_bytes = 1 << 20;
  /* Behind the references: id, status; the blocker is the first reference of a thread. */
  fake_rules.roles[ROLE_PARK_BLOCKER] = (int32_t)fake_offset(0);
  fake_rules.roles[ROLE_THREAD_ID] = THREAD_ID;
  fake_rules.roles[ROLE_THREAD_STATUS] = THREAD_STATUS;
  fake_rules.roles[ROLE_VIRTUAL_STATE] = THREAD_STATUS;
  fake_rules.rules.items = (char *)fake.rules;
  fake_rules.rules.item_bytes = sizeof(struct rule);
  for (int i = 0; i < FIELDS; i++) {
    fake_rule(RULE_PRIVATE, fake_thread_class, fake_offset(i));
  }
  fake_asker = fake_thread(1, RUNNING, 0);
  addr *slot = fake_metadata(sizeof *slot);
  *slot = fake_thread_object(fake_asker);
  fake_rules.asker = slot;
}

addr fake_class(addr super, int followed) {
  struct fake_klass *klass = new_klass(OBJECT_BYTES, super);
  klass->runs = 1;
  klass->run = (struct oop_run){HEADER, (uint32_t)followed};
  add_mirror(klass);
  return (addr)klass;
}

addr fake_class_of_other_loader(void) {
  struct fake_loader *loader = fake.loader;
  fake.loader = fake_metadata(sizeof *fake.loader);
  loader->next = (addr)fake.loader;
  addr klass = fake_class(fake_object_class, FIELDS);
  fake.loader = loader;
  return klass;
}

int32_t fake_index(addr klass) {
  for (int32_t i = 0; i < fake_rules.class_count; i++) {
    if (fake.klasses[i] == klass) {
      return i;
    }
  }
  abort();
}

uint32_t fake_offset(int field) {
  return (uint32_t)(HEADER + (size_t)field * reference_size());
}

addr fake_object(addr klass) {
  return allocate(klass, OBJECT_BYTES);
}

addr fake_plain(void) {
  return fake_object(fake_object_class);
}

addr fake_live(void) {
  addr made = fake_plain();
  fake_root(made);
  return made;
}

addr fake_large_object(addr klass, size_t bytes) {
  return allocate(klass, bytes);
}

void fake_set_status(addr thread_object, int32_t status) {
  *(int32_t *)(thread_object + THREAD_STATUS) = status;
}

addr fake_array(int length) {
  addr array = allocate(fake.arrays, 24 + (size_t)length * reference_size());
  *(int32_t *)(array + 16) = length;
  return array;
}

addr fake_numbers(int length) {
  addr array = allocate(fake.numbers, 24 + (size_t)length * 8);
  *(int32_t *)(array + 16) = length;
  return array;
}

static void store(addr at, addr value) {
  if (vm.narrow_oops) {
    *(uint32_t *)at = value == 0 ? 0 : (uint32_t)((value - vm.oop_base) >> vm.oop_shift);
  } else {
    *(addr *)at = value;
  }
}

void fake_set(addr object, int field, addr value) {
  store(object + fake_offset(field), value);
}

addr fake_chain_to(addr last, int length) {
  addr first = last;
  for (int i = 0; i < length; i++) {
    addr before = fake_plain();
    fake_set(before, i % FIELDS, first);
    first = before;
  }
  return first;
}

void fake_set_element(addr array, int index, addr value) {
  store(array + 24 + (size_t)index * reference_size(), value);
}

addr fake_mirror(addr klass) {
  return word_at(((struct fake_klass *)klass)->mirror);
}

void fake_hide_class(addr klass) {
  static addr nothing;
  fake.classes[fake_index(klass)] = &nothing;
}

void fake_move(addr object, addr to) {
  *(addr *)object = to | 3;
}

void fake_set_static(addr klass, addr value) {
  store(fake_mirror(klass) + OBJECT_BYTES, value);
}

void fake_root_of(addr object, int32_t kind, int64_t thread_id) {
  fake.roots[fake_roots.count++] = (struct root){.object = object,
                                                 .size = OBJECT_BYTES,
                                                 .thread_id = thread_id,
                                                 .kind = kind,
                                                 .next = -1};
}

void fake_root(addr object) {
  fake_root_of(object, JVMTI_HEAP_REFERENCE_JNI_GLOBAL, -1);
}

addr fake_virtual(int64_t id, addr blocker) {
  addr object = fake_object(fake_virtual_class);
  fake_set(object, 0, blocker);
  *(int64_t *)(object + THREAD_ID) = id;
  *(int32_t *)(object + THREAD_STATUS) = VIRTUAL_STATE;
  return object;
}

void fake_rule(enum rule_kind kind, addr klass, uint32_t offset) {
  fake.rules[fake_rules.rules.count++] = (struct rule){kind, fake_index(klass), offset};
}

void fake_gives(addr giving, addr knowing) {
  *(int32_t *)vec_add(&fake_rules.giving_classes, sizeof(int32_t)) = fake_index(giving);
  *(int32_t *)vec_add(&fake_rules.knowing_classes, sizeof(int32_t)) = fake_index(knowing);
}

void fake_set_loader(addr klass, addr object) {
  addr *slot = fake_metadata(sizeof *slot);
  *slot = object;
  ((struct fake_loader *)((struct fake_klass *)klass)->loader)->object = (addr)slot;
}

void fake_loader_of_application(void) {
  fake_set_loader(fake_object_class, fake_plain());
}

void fake_decide(struct fixpoint *fixpoint) {
  heap_open(&fake_rules);
  threads_open(&fake_rules, &fake_roots);
  fixpoint_run(fixpoint, &fake_rules);
}
