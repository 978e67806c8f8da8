/*
 * What is asked for: lines of text, made by SnapshotRequest.java from the analyzer's own rules.
 * Names of classes and fields become offsets here, in the parent, through JNI and JVMTI.
 */
#ifndef STRANDED_REQUEST_H
#define STRANDED_REQUEST_H

#include <jvmti.h>

#include "child.h"
#include "rules.h"

struct request {
  struct rules rules;
  struct child_limits limits;
};

/* What the parent uses of the JVM. */
struct jvm {
  JNIEnv *jni;
  jvmtiEnv *jvmti;
  jclass *classes;
  jint class_count;
  jobject unsafe;
  jmethodID object_field_offset;
  jmethodID static_field_offset;
};

/* Opens JNI and JVMTI for the calling thread. Returns NULL, or what is missing. */
const char *jvm_open(struct jvm *jvm, JNIEnv *jni, jvmtiEnv *jvmti);

void jvm_close(struct jvm *jvm);

/* The offset of a field, or -1 with no exception pending. */
int64_t field_offset(const struct jvm *jvm, jclass type, jfieldID field, bool is_static);

/* Reads a request. Returns NULL, or what is wrong; valid until the next call. */
const char *request_read(struct request *request, const char *path, const struct jvm *jvm);

void request_free(struct request *request);

#endif
