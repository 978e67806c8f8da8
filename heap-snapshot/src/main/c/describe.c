/* Describes classes and threads. */
#include "describe.h"

#include <stdlib.h>
#include <string.h>

/* No stack is told deeper. */
#define MOST_FRAMES 1024

/* Containers of threads lie in each other no deeper. */
#define MOST_CONTAINERS 256

#define MODIFIER_STATIC 8
#define MODIFIER_FINAL 0x10
#define MODIFIER_NATIVE 0x100

static void u1(FILE *file, int value) {
  fputc(value, file);
}

static void i4(FILE *file, int32_t value) {
  fwrite(&value, sizeof value, 1, file);
}

static void i8(FILE *file, int64_t value) {
  fwrite(&value, sizeof value, 1, file);
}

static void text(FILE *file, const char *value) {
  size_t length = value == NULL ? 0 : strlen(value);
  i4(file, (int32_t)length);
  fwrite(value == NULL ? "" : value, 1, length, file);
}

static void release(const struct jvm *jvm, void *memory) {
  if (memory != NULL) {
    (*jvm->jvmti)->Deallocate(jvm->jvmti, memory);
  }
}

/* --- classes --- */

static bool describe_field(FILE *file, const struct jvm *jvm, jclass type, jfieldID field) {
  char *name = NULL;
  char *signature = NULL;
  jint modifiers = 0;
  if ((*jvm->jvmti)->GetFieldName(jvm->jvmti, type, field, &name, &signature, NULL) != 0 ||
      (*jvm->jvmti)->GetFieldModifiers(jvm->jvmti, type, field, &modifiers) != 0) {
    return false;
  }
  bool is_static = (modifiers & MODIFIER_STATIC) != 0;
  int64_t offset = field_offset(jvm, type, field, is_static);
  bool is_constant = is_static && (modifiers & MODIFIER_FINAL) != 0 && signature[0] == 'I';
  jint value = is_constant
                   ? (*jvm->jni)->GetStaticIntField(jvm->jni, type, field)
                   : 0;
  u1(file, is_static);
  u1(file, signature[0]);
  i8(file, offset);
  i4(file, value);
  text(file, name);
  release(jvm, name);
  release(jvm, signature);
  /* A static field whose type nobody can load has nothing. */
  return offset >= 0 || is_static;
}

static const char *describe_class(FILE *file, const struct jvm *jvm, int32_t index) {
  jclass type = jvm->classes[index];
  char *signature = NULL;
  jint count = 0;
  jfieldID *fields = NULL;
  if ((*jvm->jvmti)->GetClassSignature(jvm->jvmti, type, &signature, NULL) != 0) {
    return "the name of a class cannot be had";
  }
  /* Arrays have none, and classes that were never linked no objects. */
  if ((*jvm->jvmti)->GetClassFields(jvm->jvmti, type, &count, &fields) != 0) {
    count = 0;
  }
  u1(file, 'D');
  i4(file, index);
  text(file, signature);
  i4(file, count);
  bool fine = true;
  for (jint i = 0; i < count && fine; i++) {
    fine = describe_field(file, jvm, type, fields[i]);
  }
  release(jvm, signature);
  release(jvm, fields);
  return fine ? NULL : "the fields of a class cannot be had";
}

/* --- threads --- */

static int line_of(const struct jvm *jvm, const jvmtiFrameInfo *frame) {
  jint count = 0;
  jvmtiLineNumberEntry *lines = NULL;
  int line = -1;
  if ((*jvm->jvmti)->GetLineNumberTable(jvm->jvmti, frame->method, &count, &lines) != 0) {
    return line;
  }
  for (jint i = 0; i < count; i++) {
    if (lines[i].start_location <= frame->location) {
      line = lines[i].line_number;
    }
  }
  release(jvm, lines);
  return line;
}

static void describe_frame(FILE *file, const struct jvm *jvm, const jvmtiFrameInfo *frame) {
  jvmtiEnv *jvmti = jvm->jvmti;
  char *name = NULL;
  char *signature = NULL;
  char *type_name = NULL;
  char *source = NULL;
  jclass type = NULL;
  jint modifiers = 0;
  (*jvmti)->GetMethodName(jvmti, frame->method, &name, &signature, NULL);
  (*jvmti)->GetMethodModifiers(jvmti, frame->method, &modifiers);
  if ((*jvmti)->GetMethodDeclaringClass(jvmti, frame->method, &type) == 0) {
    (*jvmti)->GetClassSignature(jvmti, type, &type_name, NULL);
    (*jvmti)->GetSourceFileName(jvmti, type, &source);
  }
  i8(file, (int64_t)(intptr_t)frame->method);
  i8(file, frame->location);
  text(file, type_name);
  text(file, name);
  text(file, signature);
  text(file, source);
  i4(file, (modifiers & MODIFIER_NATIVE) != 0 ? -3 : line_of(jvm, frame));
  if (type != NULL) {
    (*jvm->jni)->DeleteLocalRef(jvm->jni, type);
  }
  release(jvm, name);
  release(jvm, signature);
  release(jvm, type_name);
  release(jvm, source);
}

static void describe_thread(FILE *file, const struct jvm *jvm, jthread thread, int64_t id) {
  jint state = 0;
  jint count = 0;
  jvmtiFrameInfo *frames = malloc(MOST_FRAMES * sizeof *frames);
  if (frames == NULL ||
      (*jvm->jvmti)->GetThreadState(jvm->jvmti, thread, &state) != 0 ||
      (*jvm->jvmti)->GetStackTrace(jvm->jvmti, thread, 0, MOST_FRAMES, frames, &count) != 0) {
    count = 0;
  }
  u1(file, 'V');
  i8(file, id);
  i4(file, state);
  i4(file, count);
  for (jint i = 0; i < count; i++) {
    describe_frame(file, jvm, &frames[i]);
  }
  free(frames);
}

/* The threads that are asked for, in the order of their ids. */
struct wanted {
  FILE *file;
  const struct jvm *jvm;
  jfieldID thread_id;
  int64_t *ids;
  size_t count;
  size_t found;
};

static int compare_ids(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a;
  int64_t right = *(const int64_t *)b;
  return left < right ? -1 : left > right;
}

static bool has_exception(JNIEnv *jni) {
  if ((*jni)->ExceptionCheck(jni)) {
    (*jni)->ExceptionClear(jni);
    return true;
  }
  return false;
}

static void describe_if_wanted(struct wanted *wanted, jthread thread) {
  int64_t id = (*wanted->jvm->jni)->GetLongField(wanted->jvm->jni, thread, wanted->thread_id);
  if (bsearch(&id, wanted->ids, wanted->count, sizeof id, compare_ids) != NULL) {
    describe_thread(wanted->file, wanted->jvm, thread, id);
    wanted->found++;
  }
}

/* What a method without arguments that returns a stream gives, as an array; NULL for nothing. */
static jobjectArray streamed(JNIEnv *jni, jobject object, const char *method) {
  jclass type = (*jni)->GetObjectClass(jni, object);
  jmethodID get = (*jni)->GetMethodID(jni, type, method, "()Ljava/util/stream/Stream;");
  jobject stream = has_exception(jni) ? NULL : (*jni)->CallObjectMethod(jni, object, get);
  if (has_exception(jni) || stream == NULL) {
    return NULL;
  }
  jmethodID to_array = (*jni)->GetMethodID(jni, (*jni)->GetObjectClass(jni, stream), "toArray",
                                           "()[Ljava/lang/Object;");
  jobject array = has_exception(jni) ? NULL : (*jni)->CallObjectMethod(jni, stream, to_array);
  return has_exception(jni) ? NULL : (jobjectArray)array;
}

/* Platform threads are told by JVMTI; the JDK keeps virtual ones in containers. */
static void describe_container(struct wanted *wanted, jobject container,
                               jclass virtual_thread, int depth) {
  JNIEnv *jni = wanted->jvm->jni;
  if (depth > MOST_CONTAINERS || (*jni)->PushLocalFrame(jni, 16) != 0) {
    has_exception(jni);
    return;
  }
  jobjectArray threads = streamed(jni, container, "threads");
  for (jsize i = 0; threads != NULL && i < (*jni)->GetArrayLength(jni, threads); i++) {
    jobject thread = (*jni)->GetObjectArrayElement(jni, threads, i);
    if ((*jni)->IsInstanceOf(jni, thread, virtual_thread)) {
      describe_if_wanted(wanted, thread);
    }
    (*jni)->DeleteLocalRef(jni, thread);
  }
  jobjectArray children = streamed(jni, container, "children");
  for (jsize i = 0; children != NULL && i < (*jni)->GetArrayLength(jni, children); i++) {
    jobject child = (*jni)->GetObjectArrayElement(jni, children, i);
    describe_container(wanted, child, virtual_thread, depth + 1);
    (*jni)->DeleteLocalRef(jni, child);
  }
  (*jni)->PopLocalFrame(jni, NULL);
}

static void describe_virtual_threads(struct wanted *wanted, const struct rules *rules) {
  JNIEnv *jni = wanted->jvm->jni;
  if (rules->virtual_thread_class < 0) {
    return;
  }
  jclass virtual_thread = wanted->jvm->classes[rules->virtual_thread_class];
  jclass containers = (*jni)->FindClass(jni, "jdk/internal/vm/ThreadContainers");
  jmethodID get = has_exception(jni)
                      ? NULL
                      : (*jni)->GetStaticMethodID(jni, containers, "root",
                                                  "()Ljdk/internal/vm/ThreadContainer;");
  jobject root =
      has_exception(jni) ? NULL : (*jni)->CallStaticObjectMethod(jni, containers, get);
  if (!has_exception(jni) && root != NULL) {
    describe_container(wanted, root, virtual_thread, 0);
  }
}

static const char *describe_all(struct wanted *wanted, const struct rules *rules) {
  const struct jvm *jvm = wanted->jvm;
  jint count = 0;
  jthread *threads = NULL;
  if ((*jvm->jvmti)->GetAllThreads(jvm->jvmti, &count, &threads) != 0) {
    return "the threads cannot be had";
  }
  for (jint i = 0; i < count; i++) {
    describe_if_wanted(wanted, threads[i]);
    (*jvm->jni)->DeleteLocalRef(jvm->jni, threads[i]);
  }
  release(jvm, threads);
  if (wanted->found < wanted->count) {
    /* An array of all threads is made for it, to which any word of the next snapshot may lead. */
    describe_virtual_threads(wanted, rules);
  }
  return NULL;
}

static const char *describe_threads(FILE *file, const struct jvm *jvm, const struct rules *rules,
                                    const struct shared *shared) {
  struct wanted wanted = {.file = file, .jvm = jvm, .count = (size_t)shared->described_count};
  wanted.thread_id = (*jvm->jni)->GetFieldID(jvm->jni, jvm->classes[rules->thread_class], "tid",
                                             "J");
  wanted.ids = malloc((wanted.count + 1) * sizeof *wanted.ids);
  if (has_exception(jvm->jni) || wanted.ids == NULL) {
    free(wanted.ids);
    return "the threads cannot be had";
  }
  memcpy(wanted.ids, shared->described, wanted.count * sizeof *wanted.ids);
  qsort(wanted.ids, wanted.count, sizeof *wanted.ids, compare_ids);
  const char *problem = describe_all(&wanted, rules);
  free(wanted.ids);
  return problem;
}

const char *describe(FILE *file, const struct jvm *jvm, const struct rules *rules,
                     const struct shared *shared) {
  const char *problem = describe_threads(file, jvm, rules, shared);
  for (int32_t i = 0; problem == NULL && i < rules->class_count; i++) {
    if (shared->wanted_classes[i]) {
      problem = describe_class(file, jvm, i);
    }
  }
  u1(file, 'Z');
  if (problem == NULL && (fflush(file) != 0 || ferror(file))) {
    return "no space for the result";
  }
  return problem;
}
