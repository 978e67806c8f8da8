/* Has HotSpot materialise what compiled code has scalar-replaced. */
#include "exact_roots.h"

#include <string.h>

static jint JNICALL stop_here(jvmtiHeapReferenceKind kind, const jvmtiHeapReferenceInfo *info,
                              jlong class_tag, jlong referrer_class_tag, jlong size, jlong *tag,
                              jlong *referrer_tag, jint length, void *user_data) {
  (void)kind;
  (void)info;
  (void)class_tag;
  (void)referrer_class_tag;
  (void)size;
  (void)tag;
  (void)referrer_tag;
  (void)length;
  (void)user_data;
  return 0;
}

jint exact_roots(JavaVM *vm) {
  jvmtiEnv *jvmti;
  jint found = (*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_11);
  if (found != JNI_OK) {
    return found;
  }
  jvmtiCapabilities capabilities;
  memset(&capabilities, 0, sizeof capabilities);
  capabilities.can_tag_objects = 1;
  jvmtiError error = (*jvmti)->AddCapabilities(jvmti, &capabilities);
  if (error == JVMTI_ERROR_NONE) {
    jvmtiHeapCallbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.heap_reference_callback = stop_here;
    error = (*jvmti)->FollowReferences(jvmti, 0, NULL, NULL, &callbacks, NULL);
  }
  (*jvmti)->DisposeEnvironment(jvmti);
  return (jint)error;
}
