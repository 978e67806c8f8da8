/* Describes ways. */
#include "describe_ways.h"

static void release(const struct jvm *jvm, void *memory) {
  if (memory != NULL) {
    (*jvm->jvmti)->Deallocate(jvm->jvmti, memory);
  }
}

/* A line must stay one, whatever names a class has. */
static void text(FILE *file, const char *value) {
  for (const char *at = value == NULL ? "?" : value; *at != 0; at++) {
    fputc((unsigned char)*at < ' ' ? '?' : *at, file);
  }
  fputc('\n', file);
}

static void signature(FILE *file, const struct jvm *jvm, jclass type) {
  char *name = NULL;
  (*jvm->jvmti)->GetClassSignature(jvm->jvmti, type, &name, NULL);
  text(file, name);
  release(jvm, name);
}

static bool name_if_there(FILE *file, const struct jvm *jvm, jclass type, jfieldID field,
                          bool is_static, int64_t offset) {
  char *name = NULL;
  char *of_type = NULL;
  bool there =
      is_static_field(jvm, type, field) == is_static &&
      (*jvm->jvmti)->GetFieldName(jvm->jvmti, type, field, &name, &of_type, NULL) == 0 &&
      (of_type[0] == 'L' || of_type[0] == '[') &&
      field_offset(jvm, type, field, is_static) == offset;
  if (there) {
    text(file, name);
  }
  release(jvm, name);
  release(jvm, of_type);
  return there;
}

static void name_field(FILE *file, const struct jvm *jvm, jclass type, bool is_static,
                       int64_t offset) {
  JNIEnv *jni = jvm->jni;
  bool found = false;
  if ((*jni)->PushLocalFrame(jni, 64) != 0) {
    (*jni)->ExceptionClear(jni);
    text(file, NULL);
    return;
  }
  for (jclass at = type; at != NULL && !found;
       at = is_static ? NULL : (*jni)->GetSuperclass(jni, at)) {
    jint count = 0;
    jfieldID *fields = NULL;
    if ((*jvm->jvmti)->GetClassFields(jvm->jvmti, at, &count, &fields) == 0) {
      for (jint i = 0; i < count && !found; i++) {
        found = name_if_there(file, jvm, at, fields[i], is_static, offset);
      }
      release(jvm, fields);
    }
  }
  (*jni)->PopLocalFrame(jni, NULL);
  if (!found) {
    text(file, NULL);
  }
}

static void describe_step(FILE *file, const struct jvm *jvm, int way, int place,
                          const struct way_step *step) {
  bool known = step->type >= 0 && step->type < jvm->class_count;
  jclass type = known ? jvm->classes[step->type] : NULL;
  if (step->kind == STEP_LEFT_OUT) {
    fprintf(file, "way-%d-%d-left-out %lld\n", way, place, (long long)step->place);
    return;
  }
  fprintf(file, "way-%d-%d-type ", way, place);
  if (known) {
    signature(file, jvm, type);
  } else {
    text(file, NULL);
  }
  switch (step->kind) {
    case STEP_FIELD:
    case STEP_STATIC:
      fprintf(file, "way-%d-%d-%s ", way, place, step->kind == STEP_STATIC ? "static" : "field");
      if (known) {
        name_field(file, jvm, type, step->kind == STEP_STATIC, step->place);
      } else {
        text(file, NULL);
      }
      break;
    case STEP_ELEMENT:
      fprintf(file, "way-%d-%d-element %lld\n", way, place, (long long)step->place);
      break;
    case STEP_OTHER:
    case STEP_LEFT_OUT:
    case STEP_END:
      break;
  }
}

static void describe_root(FILE *file, const struct jvm *jvm, int way, const struct way *of) {
  if (of->root_thread >= 0) {
    fprintf(file, "way-%d-root-thread %lld\n", way, (long long)of->root_thread);
  }
  char *name = NULL;
  jclass type = NULL;
  jmethodID method = (jmethodID)of->root_method;
  if (method != NULL &&
      (*jvm->jvmti)->GetMethodName(jvm->jvmti, method, &name, NULL, NULL) == 0 &&
      (*jvm->jvmti)->GetMethodDeclaringClass(jvm->jvmti, method, &type) == 0) {
    fprintf(file, "way-%d-root-method ", way);
    text(file, name);
    fprintf(file, "way-%d-root-type ", way);
    signature(file, jvm, type);
    (*jvm->jni)->DeleteLocalRef(jvm->jni, type);
  }
  release(jvm, name);
}

void describe_ways(FILE *file, const struct jvm *jvm, const struct shared *shared) {
  for (int way = 0; way < shared->way_count; way++) {
    const struct way *of = &shared->ways[way];
    if (of->step_count == 0) {
      continue;
    }
    fprintf(file, "way-%d-of %lld\n", way, (long long)of->thread_id);
    describe_root(file, jvm, way, of);
    for (int place = 0; place < of->step_count; place++) {
      describe_step(file, jvm, way, place, &of->steps[place]);
    }
  }
}
