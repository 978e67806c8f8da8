/*
 * What the parent uses of the JVM through JNI and JVMTI: its classes, their fields, and where these
 * lie in objects.
 */
#ifndef STRANDED_JVM_H
#define STRANDED_JVM_H

#include <jvmti.h>
#include <stdbool.h>
#include <stdint.h>

struct jvm {
  JNIEnv *jni;
  jvmtiEnv *jvmti;
  jclass *classes;
  jint class_count;
  jobject unsafe;
  jmethodID object_field_offset;
  jmethodID static_field_offset;
  jmethodID offset_by_name;
};

/* Opens JNI and JVMTI for the calling thread. Returns NULL, or what is missing. */
const char *jvm_open(struct jvm *jvm, JNIEnv *jni, jvmtiEnv *jvmti);

void jvm_close(struct jvm *jvm);

/* The offset of a field, or -1 with no exception pending. */
int64_t field_offset(const struct jvm *jvm, jclass type, jfieldID field, bool is_static);

bool is_static_field(const struct jvm *jvm, jclass type, jfieldID field);

/* A field that is looked for by its name, and what was found of it. */
struct field_use {
  const char *name;
  bool is_static;
  bool of_superclasses;
  int64_t offset;
  int32_t value;
  int found;
};

/* Finds the first field of the name, in the class or, if asked for, one of its superclasses. */
void find_field(const struct jvm *jvm, jclass type, struct field_use *use);

#endif
