/*
 * For a JVM that takes a snapshot of itself: it loads the library as one of its own, and needs
 * nobody who attaches. See OwnJvm.java.
 */
#include <jni.h>
#include <jvmti.h>
#include <stddef.h>

/*
 * Twice as far below as a thread that runs is looked at; less than what the JVM keeps free for
 * native code, which is 20 pages.
 */
#define SCRUBBED_BYTES 65536

/* The same as if a process had attached; 0 once the work has begun. */
JNIEXPORT jint JNICALL Java_io_stranded_snapshot_OwnJvm_begin(JNIEnv *jni, jclass type,
                                                              jstring request) {
  (void)type;
  JavaVM *java_vm = NULL;
  if ((*jni)->GetJavaVM(jni, &java_vm) != JNI_OK) {
    return -1;
  }
  const char *path = (*jni)->GetStringUTFChars(jni, request, NULL);
  if (path == NULL) {
    return -1;
  }
  jint error = Agent_OnAttach(java_vm, (char *)path, NULL);
  (*jni)->ReleaseStringUTFChars(jni, request, path);
  return error;
}

/* The lookup of the JDK itself, by which the threads of the own JVM are read; NULL if none. */
JNIEXPORT jobject JNICALL Java_io_stranded_snapshot_OwnJvm_lookup(JNIEnv *jni, jclass type) {
  (void)type;
  jclass lookup = (*jni)->FindClass(jni, "java/lang/invoke/MethodHandles$Lookup");
  jfieldID field = lookup == NULL ? NULL
                                  : (*jni)->GetStaticFieldID(
                                        jni, lookup, "IMPL_LOOKUP",
                                        "Ljava/lang/invoke/MethodHandles$Lookup;");
  if (field == NULL) {
    (*jni)->ExceptionClear(jni);
    return NULL;
  }
  return (*jni)->GetStaticObjectField(jni, lookup, field);
}

/*
 * Writes over the stack below, where earlier calls have left what they looked at: the JVM's code, in
 * which the thread waits next, does not clear what it does not use, and the words are looked at.
 */
JNIEXPORT void JNICALL Java_io_stranded_snapshot_OwnJvm_clearStack(JNIEnv *jni, jclass type) {
  (void)jni;
  (void)type;
  volatile char below[SCRUBBED_BYTES];
  for (size_t i = 0; i < sizeof below; i++) {
    below[i] = 0;
  }
}
