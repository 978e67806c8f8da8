/* Native code that knows a latch by a weak JNI reference alone, and counts it down when asked. */
#include <jni.h>

static jweak known;

JNIEXPORT void JNICALL Java_io_stranded_corpus_KnownWeakly_know(JNIEnv *env, jclass type,
                                                                 jobject latch) {
  (void)type;
  known = (*env)->NewWeakGlobalRef(env, latch);
}

JNIEXPORT void JNICALL Java_io_stranded_corpus_KnownWeakly_countDown(JNIEnv *env, jclass type) {
  (void)type;
  jobject latch = (*env)->NewLocalRef(env, known);
  if (latch != NULL) {
    jclass of = (*env)->GetObjectClass(env, latch);
    (*env)->CallVoidMethod(env, latch, (*env)->GetMethodID(env, of, "countDown", "()V"));
  }
}
