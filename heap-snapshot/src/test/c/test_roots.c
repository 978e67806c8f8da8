/* What is heard of roots, from a JVMTI made by hand. */
#define _GNU_SOURCE
#include <string.h>

#include "../../main/c/roots.h"
#include "fake_vm.h"

/* A reference as JVMTI tells it: what its callback may tag lies in HotSpot's own wrapper. */
struct wrapper {
  addr object;
  jlong size;
  jlong tag;
  jlong class_tag;
};

#define SIZE 40

static const jvmtiHeapReferenceKind *told;
static int told_count;
static int visited;
static bool forked_child;
static int forks;
static int64_t heard_before_fork;
static bool broken;

static jvmtiError JNICALL follow(jvmtiEnv *jvmti, jint filter, jclass type, jobject initial,
                                 const jvmtiHeapCallbacks *callbacks, const void *data) {
  (void)jvmti, (void)filter, (void)type, (void)initial;
  visited = 0;
  for (int i = 0; i < told_count; i++) {
    struct wrapper wrapper = {(addr)i + 1, SIZE, 0, broken ? 1 : 0};
    jvmtiHeapReferenceInfo info = {.stack_local = {.thread_id = 5}};
    if (told[i] < JVMTI_HEAP_REFERENCE_JNI_GLOBAL && visited == 0) {
      /* Nothing was to be visited after the roots. */
      break;
    }
    jint answer = callbacks->heap_reference_callback(told[i], &info, 0, 0, SIZE, &wrapper.tag, NULL,
                                                     -1, (void *)data);
    if (answer & JVMTI_VISIT_ABORT) {
      break;
    }
    visited += (answer & JVMTI_VISIT_OBJECTS) != 0;
  }
  return JVMTI_ERROR_NONE;
}

static bool fork_here(void *roots) {
  forks++;
  heard_before_fork = ((struct root_list *)roots)->count;
  return forked_child;
}

static void end_here(void *roots) {
  const struct root_list *list = roots;
  CHECK(forked_child);
  if (list->problem == NULL) {
    CHECK(list->count == 6);
    CHECK(list->items[5].object == 6);
    give_up("all roots are known");
  }
  give_up(list->problem);
}

static void hear(struct root_list *roots, const jvmtiHeapReferenceKind *kinds, int count) {
  static const struct jvmtiInterface_1_ functions = {.FollowReferences = follow};
  jvmtiEnv jvmti = &functions;
  struct roots_hearer hearer = {fork_here, end_here, roots};
  told = kinds;
  told_count = count;
  CHECK(roots_open(roots));
  CHECK(roots_collect(&jvmti, roots, &hearer) == JVMTI_ERROR_NONE);
}

static const jvmtiHeapReferenceKind AS_TOLD[] = {
    JVMTI_HEAP_REFERENCE_THREAD,     JVMTI_HEAP_REFERENCE_STACK_LOCAL,
    JVMTI_HEAP_REFERENCE_JNI_GLOBAL, JVMTI_HEAP_REFERENCE_SYSTEM_CLASS,
    JVMTI_HEAP_REFERENCE_OTHER,      JVMTI_HEAP_REFERENCE_OTHER,
    JVMTI_HEAP_REFERENCE_CLASS};

static void target_is_left_among_its_roots(void) {
  struct root_list roots;
  hear(&roots, AS_TOLD, 7);
  CHECK(forks == 1);
  CHECK(heard_before_fork == 4);
  CHECK(roots.count == 4);
  CHECK(roots.problem == NULL);
  CHECK(roots.items[1].thread_id == 5);
  /* One alone, so that the walk comes to an end that can be told. */
  CHECK(visited == 1);
}

static void child_hears_of_all_roots(void) {
  struct root_list roots;
  forked_child = true;
  hear(&roots, AS_TOLD, 7);
}

static void walk_without_oops_of_the_jvm_is_split_at_its_end(void) {
  static const jvmtiHeapReferenceKind kinds[] = {JVMTI_HEAP_REFERENCE_THREAD,
                                                 JVMTI_HEAP_REFERENCE_JNI_GLOBAL,
                                                 JVMTI_HEAP_REFERENCE_CLASS};
  struct root_list roots;
  hear(&roots, kinds, 3);
  CHECK(forks == 1);
  CHECK(roots.count == 2);
  CHECK(roots.problem == NULL);
}

static void walk_that_ends_too_early_is_told(void) {
  struct root_list roots;
  hear(&roots, AS_TOLD, 4);
  CHECK(forks == 0);
  CHECK(strcmp(roots.problem, "the walk over the roots did not get to its end") == 0);
}

static void wrapper_that_is_not_as_expected_is_told(void) {
  struct root_list roots;
  broken = true;
  hear(&roots, AS_TOLD, 7);
  CHECK(forks == 0);
  CHECK(roots.count == 0);
  CHECK(strcmp(roots.problem, "the wrapper of roots is not as expected") == 0);
}

int main(void) {
  run("target_is_left_among_its_roots", target_is_left_among_its_roots, NULL);
  run("child_hears_of_all_roots", child_hears_of_all_roots, "all roots are known");
  run("walk_without_oops_of_the_jvm_is_split_at_its_end",
      walk_without_oops_of_the_jvm_is_split_at_its_end, NULL);
  run("walk_that_ends_too_early_is_told", walk_that_ends_too_early_is_told, NULL);
  run("wrapper_that_is_not_as_expected_is_told", wrapper_that_is_not_as_expected_is_told, NULL);
  return tests_result();
}
