/* A JVM made by hand. */
#define _GNU_SOURCE
#include "fake_vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAP_BYTES ((size_t)4 << 20)
#define METADATA_BYTES ((size_t)1 << 20)
#define STACK_WORDS 32768
/* What frames take of it. */
#define USED_WORDS 96
#define MOST_CLASSES 64
#define MOST_THREADS 256
#define HEADER 16
#define OBJECT_BYTES (HEADER + 8 * (FIELDS + 4))
#define GAVE_UP_CODE 77

/* The state of a virtual thread that is parked. */
#define VIRTUAL_STATE 4
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

struct fake_java_thread {
  addr object;
  addr stack_base;
  addr stack_size;
  addr last_sp;
  addr last_pc;
  addr handles;
  addr waiting;
  addr pending;
  addr pending_exception;
  addr exception;
  addr buffer[4];
  addr resources;
  addr own_handles;
  addr mark;
  int32_t state;
  addr object_slot;
  addr stack[STACK_WORDS];
};

struct fake_handles {
  addr slots[4];
  int32_t top;
  addr next;
};

struct fake_chunk {
  addr next;
  addr length;
  addr words[6];
};

struct fake_arena {
  addr kind;
  addr first;
  addr chunk;
  addr used;
  addr end;
  addr padding[3];
};

struct fake_mark {
  addr thread;
  addr arena;
  addr chunk;
  addr used;
  addr end;
  addr padding[3];
};

struct rules fake_rules;
struct root_list fake_roots;
addr fake_object_class;
addr fake_thread_class;
addr fake_virtual_class;

static struct {
  char *heap;
  size_t used;
  char *metadata;
  size_t metadata_used;
  struct fake_loader *loader;
  addr loader_head;
  addr mirrors;
  addr arrays;
  const void *classes[MOST_CLASSES];
  addr klasses[MOST_CLASSES];
  addr list[4];
  addr list_at;
  addr threads[MOST_THREADS];
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

static void *metadata(size_t bytes) {
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
  fake.list_at = (addr)fake.list;
  vm.thread_list = (addr)&fake.list_at;
  vm.list_length = 0;
  vm.list_threads = 8;
  vm.thread_size = offsetof(struct fake_java_thread, stack);
  vm.thread_object = offsetof(struct fake_java_thread, object);
  vm.thread_mounted = NO_OFFSET;
  vm.thread_stack_base = offsetof(struct fake_java_thread, stack_base);
  vm.thread_stack_size = offsetof(struct fake_java_thread, stack_size);
  vm.thread_last_sp = offsetof(struct fake_java_thread, last_sp);
  vm.thread_last_pc = offsetof(struct fake_java_thread, last_pc);
  vm.thread_state = offsetof(struct fake_java_thread, state);
  vm.thread_pending_exception = offsetof(struct fake_java_thread, pending_exception);
  vm.thread_exception = offsetof(struct fake_java_thread, exception);
  vm.thread_buffer = offsetof(struct fake_java_thread, buffer);
  vm.buffer_size = 4 * sizeof(addr);
  vm.state_in_native = 4;
  vm.thread_handles = offsetof(struct fake_java_thread, handles);
  vm.thread_waiting_monitor = offsetof(struct fake_java_thread, waiting);
  vm.thread_pending_monitor = offsetof(struct fake_java_thread, pending);
  vm.thread_monitor_id = NO_OFFSET;
  vm.thread_locks = NO_OFFSET;
  vm.handles_block = offsetof(struct fake_handles, slots);
  vm.handles_top = offsetof(struct fake_handles, top);
  vm.handles_next = offsetof(struct fake_handles, next);
  vm.handles_per_block = 4;
}

static struct fake_klass *new_klass(int32_t layout, addr super) {
  struct fake_klass *klass = metadata(sizeof *klass);
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
  addr *slot = metadata(sizeof *slot);
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
  vm.narrow_oops = narrow;
  fake.loader = metadata(sizeof *fake.loader);
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
  fake_rules.classes = fake.classes;
  fake_rules.thread_class = fake_index(fake_thread_class);
  fake_virtual_class = fake_class(fake_thread_class, FIELDS);
  fake_rules.virtual_thread_class = fake_index(fake_virtual_class);
  fake_rules.has_virtual_wait[VIRTUAL_PARKED] = true;
  fake_rules.virtual_waits[VIRTUAL_PARKED] = VIRTUAL_STATE;
  fake_rules.chunk_class = -1;
  fake_rules.group_class = -1;
  fake_rules.all_threads = true;
  fake_rules.least_stage = LIVE_NEVER;
  fake_rules.most_bytes = 1 << 20;
  /* Behind the references: id, status; the blocker is the first reference of a thread. */
  fake_rules.roles[ROLE_PARK_BLOCKER] = (int32_t)fake_offset(0);
  fake_rules.roles[ROLE_THREAD_ID] = HEADER + 8 * FIELDS;
  fake_rules.roles[ROLE_THREAD_STATUS] = HEADER + 8 * FIELDS + 8;
  fake_rules.roles[ROLE_VIRTUAL_STATE] = HEADER + 8 * FIELDS + 8;
  fake_rules.rules.items = (char *)fake.rules;
  fake_rules.rules.item_bytes = sizeof(struct rule);
  for (int i = 0; i < FIELDS; i++) {
    fake_rule(RULE_PRIVATE, fake_thread_class, fake_offset(i));
  }
  addr asker = fake_thread(1, RUNNING, 0);
  addr *slot = metadata(sizeof *slot);
  *slot = fake_thread_object(asker);
  fake_rules.asker = slot;
}

addr fake_class(addr super, int followed) {
  struct fake_klass *klass = new_klass(OBJECT_BYTES, super);
  klass->runs = 1;
  klass->run = (struct oop_run){HEADER, (uint32_t)followed};
  add_mirror(klass);
  return (addr)klass;
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

addr fake_array(int length) {
  addr array = allocate(fake.arrays, 24 + (size_t)length * reference_size());
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

void fake_set_element(addr array, int index, addr value) {
  store(array + 24 + (size_t)index * reference_size(), value);
}

void fake_set_static(addr klass, addr value) {
  store(word_at(((struct fake_klass *)klass)->mirror) + OBJECT_BYTES, value);
}

void fake_root(addr object) {
  fake.roots[fake_roots.count++] = (struct root){.object = object,
                                                 .size = OBJECT_BYTES,
                                                 .thread_id = -1,
                                                 .kind = JVMTI_HEAP_REFERENCE_JNI_GLOBAL,
                                                 .next = -1};
}

addr fake_thread(int64_t id, int32_t status, addr blocker) {
  struct fake_java_thread *thread =
      mmap(NULL, sizeof *thread, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  addr object = fake_object(fake_thread_class);
  fake_set(object, 0, blocker);
  *(int64_t *)(object + HEADER + 8 * FIELDS) = id;
  *(int32_t *)(object + HEADER + 8 * FIELDS + 8) = status;
  thread->object_slot = object;
  thread->object = (addr)&thread->object_slot;
  thread->stack_base = (addr)&thread->stack[STACK_WORDS];
  thread->stack_size = sizeof thread->stack;
  thread->last_sp = thread->stack_base - USED_WORDS * sizeof(addr);
  thread->state = 10;
  int32_t count = *(int32_t *)&fake.list[0];
  fake.threads[count] = (addr)thread;
  *(int32_t *)&fake.list[0] = count + 1;
  fake.list[1] = (addr)fake.threads;
  return (addr)thread;
}

addr fake_virtual(int64_t id, addr blocker) {
  addr object = fake_object(fake_virtual_class);
  fake_set(object, 0, blocker);
  *(int64_t *)(object + HEADER + 8 * FIELDS) = id;
  *(int32_t *)(object + HEADER + 8 * FIELDS + 8) = VIRTUAL_STATE;
  return object;
}

addr fake_thread_object(addr thread) {
  return ((struct fake_java_thread *)thread)->object_slot;
}

void fake_push(addr thread, addr word) {
  struct fake_java_thread *at = (struct fake_java_thread *)thread;
  for (addr slot = at->last_sp; slot < at->stack_base; slot += sizeof(addr)) {
    if (word_at(slot) == 0) {
      *(addr *)slot = word;
      return;
    }
  }
  abort();
}

void fake_push_deep(addr thread, addr word) {
  *(addr *)(((struct fake_java_thread *)thread)->stack_base - sizeof(addr)) = word;
}

void fake_in_native(addr thread) {
  ((struct fake_java_thread *)thread)->state = vm.state_in_native;
}

void fake_last_pc(addr thread, addr pc) {
  ((struct fake_java_thread *)thread)->last_pc = pc;
}

void fake_leave(addr thread, addr word) {
  *(addr *)(((struct fake_java_thread *)thread)->last_sp - 64) = word;
}

void fake_handle(addr thread, addr object) {
  struct fake_java_thread *at = (struct fake_java_thread *)thread;
  if (at->handles == 0) {
    at->handles = (addr)metadata(sizeof(struct fake_handles));
  }
  struct fake_handles *block = (struct fake_handles *)at->handles;
  block->slots[block->top++] = object;
}

static addr arena_with(addr word, addr left) {
  struct fake_arena *arena = metadata(sizeof *arena);
  struct fake_chunk *chunk = metadata(sizeof *chunk);
  chunk->length = sizeof chunk->words;
  chunk->words[0] = word;
  chunk->words[1] = left;
  arena->first = (addr)chunk;
  arena->chunk = (addr)chunk;
  arena->used = (addr)&chunk->words[1];
  arena->end = (addr)(chunk + 1);
  return (addr)arena;
}

void fake_own_handle(addr thread, addr object, addr left, addr beside) {
  struct fake_java_thread *at = (struct fake_java_thread *)thread;
  struct fake_mark *mark = metadata(sizeof *mark);
  at->resources = arena_with(beside, 0);
  at->own_handles = arena_with(object, left);
  at->mark = (addr)mark;
  mark->thread = thread;
  mark->arena = at->own_handles;
  const struct fake_arena *arena = (const struct fake_arena *)at->own_handles;
  mark->chunk = arena->chunk;
  mark->used = arena->used;
  mark->end = arena->end;
}

void fake_unmark_handles(addr thread) {
  ((struct fake_mark *)((struct fake_java_thread *)thread)->mark)->thread = 0;
}

void fake_rule(enum rule_kind kind, addr klass, uint32_t offset) {
  fake.rules[fake_rules.rules.count++] = (struct rule){kind, fake_index(klass), offset};
}

void fake_gives(addr giving, addr knowing) {
  *(int32_t *)vec_add(&fake_rules.giving_classes, sizeof(int32_t)) = fake_index(giving);
  *(int32_t *)vec_add(&fake_rules.knowing_classes, sizeof(int32_t)) = fake_index(knowing);
}

void fake_loader_of_application(void) {
  addr *slot = metadata(sizeof *slot);
  *slot = fake_object(fake_object_class);
  fake.loader->object = (addr)slot;
}

void fake_decide(struct fixpoint *fixpoint) {
  heap_open(&fake_rules);
  threads_open(&fake_rules, &fake_roots);
  fixpoint_run(fixpoint, &fake_rules);
}
