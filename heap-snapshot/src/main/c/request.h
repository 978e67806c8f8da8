/*
 * What is asked for: lines of text, made by SnapshotRequest.java from the analyzer's own rules.
 * Names of classes and fields become offsets here, in the parent, through JNI and JVMTI.
 */
#ifndef STRANDED_REQUEST_H
#define STRANDED_REQUEST_H

#include "child.h"
#include "jvm.h"
#include "rules.h"

struct request {
  struct rules rules;
  struct child_limits limits;
};

/* Reads a request. Returns NULL, or what is wrong; valid until the next call. */
const char *request_read(struct request *request, const char *path, const struct jvm *jvm);

void request_free(struct request *request);

#endif
