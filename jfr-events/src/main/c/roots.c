/*
 * Prepares for a heap dump: brings objects that compiled code has scalar-replaced back to the heap,
 * so that the dump shows them and what they refer to. HotSpot does so, since Java 16, for all
 * threads at the start of FollowReferences; the walk itself ends at the roots. Loaded by attach;
 * leaves nothing behind but itself. Java 22 and later need no native code for this: ExactRoots.java.
 */
#include <jvmti.h>
#include <string.h>

static jint JNICALL stop_here(jvmtiHeapReferenceKind kind, const jvmtiHeapReferenceInfo *info,
                              jlong class_tag, jlong referrer_class_tag, jlong size, jlong *tag,
                              jlong *referrer_tag, jint length, void *user_data) {
  return 0;
}

/* Returns 0, or the code of the JNI or JVMTI error that kept it from its work. */
JNIEXPORT jint JNICALL Agent_OnAttach(JavaVM *vm, char *options, void *reserved) {
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
