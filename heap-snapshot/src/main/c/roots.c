/* Collects the roots. */
#include "roots.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "heap.h"

/* More roots than any JVM has; memory is touched as they come. */
#define MOST_ROOTS ((int64_t)1 << 24)

struct walk {
  struct root_list *roots;
  const struct roots_hearer *hearer;
  bool forked;
  bool done;
  /* Whether an object is to be visited after the last root, which tells that it was the last. */
  bool has_marker;
};

bool roots_open(struct root_list *roots) {
  memset(roots, 0, sizeof *roots);
  void *items = mmap(NULL, MOST_ROOTS * sizeof(struct root), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (items == MAP_FAILED) {
    return false;
  }
  roots->items = items;
  roots->capacity = MOST_ROOTS;
  return true;
}

void roots_close(struct root_list *roots) {
  if (roots->items != NULL) {
    munmap(roots->items, (size_t)roots->capacity * sizeof(struct root));
  }
  memset(roots, 0, sizeof *roots);
}

int64_t now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void add(struct root_list *roots, jvmtiHeapReferenceKind kind,
                const jvmtiHeapReferenceInfo *info, jlong class_tag, jlong size,
                const jlong *tag) {
  if (roots->count == roots->capacity) {
    roots->problem = "there are too many roots";
    return;
  }
  /* CallbackWrapper { …; oop _o; jlong _obj_size; jlong _obj_tag; jlong _klass_tag; … } */
  if (tag[-1] != size || tag[1] != class_tag) {
    roots->problem = "the wrapper of roots is not as expected";
    return;
  }
  if (roots->count == 0) {
    roots->first_nanos = now_nanos();
  }
  struct root *root = &roots->items[roots->count++];
  *root = (struct root){.object = (addr)tag[-2],
                        .size = size,
                        .thread_id = -1,
                        .location = -1,
                        .depth = -1,
                        .kind = (int32_t)kind,
                        .next = -1};
  if (kind == JVMTI_HEAP_REFERENCE_STACK_LOCAL) {
    root->thread_id = info->stack_local.thread_id;
    root->depth = info->stack_local.depth;
    root->method = info->stack_local.method;
    root->location = info->stack_local.location;
  } else if (kind == JVMTI_HEAP_REFERENCE_JNI_LOCAL) {
    root->thread_id = info->jni_local.thread_id;
    root->depth = info->jni_local.depth;
    root->method = info->jni_local.method;
  }
}

static bool is_root(jvmtiHeapReferenceKind kind) {
  return kind >= JVMTI_HEAP_REFERENCE_JNI_GLOBAL;
}

/* Whether this process is to hear of more. */
static bool goes_on(struct walk *walk) {
  if (!walk->done && !walk->forked) {
    walk->forked = true;
    walk->done = !walk->hearer->fork(walk->hearer->argument);
  }
  return !walk->done;
}

static jint JNICALL hear(jvmtiHeapReferenceKind kind, const jvmtiHeapReferenceInfo *info,
                         jlong class_tag, jlong referrer_class_tag, jlong size, jlong *tag,
                         jlong *referrer_tag, jint length, void *data) {
  struct walk *walk = data;
  (void)referrer_class_tag;
  (void)referrer_tag;
  (void)length;
  bool last_kind = kind == JVMTI_HEAP_REFERENCE_OTHER || !is_root(kind);
  if (walk->done || (last_kind && !goes_on(walk))) {
    return JVMTI_VISIT_ABORT;
  }
  if (is_root(kind)) {
    add(walk->roots, kind, info, class_tag, size, tag);
  }
  if (walk->roots->problem != NULL || !is_root(kind)) {
    if (walk->forked) {
      walk->hearer->at_end(walk->hearer->argument);
    }
    walk->done = true;
    return JVMTI_VISIT_ABORT;
  }
  if (kind == JVMTI_HEAP_REFERENCE_THREAD && !walk->has_marker) {
    /* To visit it is to tell its class first of all: nothing is locked or allocated for that. */
    walk->has_marker = true;
    return JVMTI_VISIT_OBJECTS;
  }
  return 0;
}

jvmtiError roots_collect(jvmtiEnv *jvmti, struct root_list *roots,
                         const struct roots_hearer *hearer) {
  struct walk walk = {roots, hearer, false, false, false};
  jvmtiHeapCallbacks callbacks;
  memset(&callbacks, 0, sizeof callbacks);
  callbacks.heap_reference_callback = hear;
  jvmtiError error = (*jvmti)->FollowReferences(jvmti, 0, NULL, NULL, &callbacks, &walk);
  if (error == JVMTI_ERROR_NONE && !walk.done && roots->problem == NULL) {
    roots->problem = "the walk over the roots did not get to its end";
  }
  return error;
}

const char *roots_check(const struct root_list *roots) {
  for (int64_t i = 0; i < roots->count; i++) {
    const struct root *root = &roots->items[i];
    if (!in_heap(root->object) || (root->object & 7) != 0 ||
        !is_readable(root->object, root->object + 16)) {
      return "a root is not where the heap is";
    }
    addr object = resolve(root->object);
    const struct klass *klass = klass_of(object);
    if (klass == NULL) {
      return "a root is of no known class";
    }
    bool of_fixed_size = klass->shape != MIRROR && klass->shape != CHUNK;
    if (of_fixed_size && object_size(object, klass) != (size_t)root->size) {
      return "a root is not as large as JVMTI says";
    }
  }
  return roots->count > 0 ? NULL : "there are no roots";
}
