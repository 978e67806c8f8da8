/* Reads classes and fields of the JVM. */
#include "jvm.h"

#include <string.h>

static bool has_exception(const struct jvm *jvm) {
  if ((*jvm->jni)->ExceptionCheck(jvm->jni)) {
    (*jvm->jni)->ExceptionClear(jvm->jni);
    return true;
  }
  return false;
}

static jclass class_of_signature(const struct jvm *jvm, const char *wanted) {
  for (jint i = 0; i < jvm->class_count; i++) {
    char *signature = NULL;
    if ((*jvm->jvmti)->GetClassSignature(jvm->jvmti, jvm->classes[i], &signature, NULL) == 0) {
      bool same = strcmp(signature, wanted) == 0;
      (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)signature);
      if (same) {
        return jvm->classes[i];
      }
    }
  }
  return NULL;
}

const char *jvm_open(struct jvm *jvm, JNIEnv *jni, jvmtiEnv *jvmti) {
  *jvm = (struct jvm){.jni = jni, .jvmti = jvmti};
  if ((*jvmti)->GetLoadedClasses(jvmti, &jvm->class_count, &jvm->classes) != 0) {
    return "JVMTI does not tell the loaded classes";
  }
  jclass type = class_of_signature(jvm, "Ljdk/internal/misc/Unsafe;");
  if (type == NULL) {
    return "jdk.internal.misc.Unsafe is not loaded";
  }
  jmethodID get = (*jni)->GetStaticMethodID(jni, type, "getUnsafe", "()Ljdk/internal/misc/Unsafe;");
  if (has_exception(jvm) || get == NULL) {
    return "Unsafe cannot be had";
  }
  jvm->unsafe = (*jni)->CallStaticObjectMethod(jni, type, get);
  jvm->object_field_offset =
      has_exception(jvm) ? NULL
                         : (*jni)->GetMethodID(jni, type, "objectFieldOffset",
                                               "(Ljava/lang/reflect/Field;)J");
  jvm->static_field_offset =
      has_exception(jvm) ? NULL
                         : (*jni)->GetMethodID(jni, type, "staticFieldOffset",
                                               "(Ljava/lang/reflect/Field;)J");
  jvm->offset_by_name =
      has_exception(jvm) ? NULL
                         : (*jni)->GetMethodID(jni, type, "objectFieldOffset",
                                               "(Ljava/lang/Class;Ljava/lang/String;)J");
  if (has_exception(jvm) || jvm->offset_by_name == NULL) {
    return "Unsafe does not tell the offsets of fields";
  }
  return NULL;
}

void jvm_close(struct jvm *jvm) {
  if (jvm->classes != NULL) {
    (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)jvm->classes);
  }
}

/*
 * That of a field whose type is nowhere to be loaded from, as that of an optional dependency: the
 * reflected one would have to have it.
 */
static int64_t offset_by_name(const struct jvm *jvm, jclass type, jfieldID field) {
  JNIEnv *jni = jvm->jni;
  char *name = NULL;
  if ((*jvm->jvmti)->GetFieldName(jvm->jvmti, type, field, &name, NULL, NULL) != 0) {
    return -1;
  }
  jstring text = (*jni)->NewStringUTF(jni, name);
  (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)name);
  if (has_exception(jvm) || text == NULL) {
    return -1;
  }
  jlong offset = (*jni)->CallLongMethod(jni, jvm->unsafe, jvm->offset_by_name, type, text);
  (*jni)->DeleteLocalRef(jni, text);
  return has_exception(jvm) ? -1 : offset;
}

int64_t field_offset(const struct jvm *jvm, jclass type, jfieldID field, bool is_static) {
  JNIEnv *jni = jvm->jni;
  jobject reflected = (*jni)->ToReflectedField(jni, type, field, is_static);
  if (has_exception(jvm) || reflected == NULL) {
    return is_static ? -1 : offset_by_name(jvm, type, field);
  }
  jlong offset = (*jni)->CallLongMethod(
      jni, jvm->unsafe, is_static ? jvm->static_field_offset : jvm->object_field_offset,
      reflected);
  (*jni)->DeleteLocalRef(jni, reflected);
  return has_exception(jvm) ? -1 : offset;
}

bool is_static_field(const struct jvm *jvm, jclass type, jfieldID field) {
  jint modifiers = 0;
  (*jvm->jvmti)->GetFieldModifiers(jvm->jvmti, type, field, &modifiers);
  return (modifiers & 8) != 0;
}

static void use_field(const struct jvm *jvm, jclass type, jfieldID field, struct field_use *use) {
  char *name = NULL;
  char *signature = NULL;
  if ((*jvm->jvmti)->GetFieldName(jvm->jvmti, type, field, &name, &signature, NULL) != 0) {
    return;
  }
  if (strcmp(name, use->name) == 0 && is_static_field(jvm, type, field) == use->is_static) {
    if (use->is_static && signature[0] == 'I') {
      use->value = (*jvm->jni)->GetStaticIntField(jvm->jni, type, field);
      has_exception(jvm);
    }
    use->offset = field_offset(jvm, type, field, use->is_static);
    use->found += use->offset >= 0;
  }
  (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)name);
  (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)signature);
}

void find_field(const struct jvm *jvm, jclass type, struct field_use *use) {
  jclass at = type;
  while (at != NULL && use->found == 0) {
    jint count = 0;
    jfieldID *fields = NULL;
    if ((*jvm->jvmti)->GetClassFields(jvm->jvmti, at, &count, &fields) == 0) {
      for (jint i = 0; i < count && use->found == 0; i++) {
        use_field(jvm, at, fields[i], use);
      }
      (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)fields);
    }
    jclass super = use->of_superclasses ? (*jvm->jni)->GetSuperclass(jvm->jni, at) : NULL;
    if (at != type) {
      (*jvm->jni)->DeleteLocalRef(jvm->jni, at);
    }
    at = super;
  }
  if (at != NULL && at != type) {
    (*jvm->jni)->DeleteLocalRef(jvm->jni, at);
  }
}
