/*
 * A native thread that attaches itself, keeps a latch in a local reference of its own, has a Java
 * method sleep, and counts the latch down after that.
 */
#include <jni.h>
#include <pthread.h>
#include <stddef.h>

static JavaVM *vm;
static jobject passed;
static jboolean calls_jdk;

static void *run(void *unused) {
  JNIEnv *env;
  JavaVMAttachArgs args = {JNI_VERSION_1_8, "live/attached", NULL};
  if ((*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, &args) != JNI_OK) {
    return unused;
  }
  jobject latch = (*env)->NewLocalRef(env, passed);
  (*env)->DeleteGlobalRef(env, passed);
  jclass loop = (*env)->FindClass(env, calls_jdk ? "java/lang/Thread" : "io/stranded/corpus/AttachedLoop");
  if (loop != NULL && calls_jdk) {
    jmethodID sleep = (*env)->GetStaticMethodID(env, loop, "sleep", "(J)V");
    (*env)->CallStaticVoidMethod(env, loop, sleep, (jlong)86400000);
  } else if (loop != NULL) {
    jmethodID sleep = (*env)->GetStaticMethodID(env, loop, "sleep", "()V");
    (*env)->CallStaticVoidMethod(env, loop, sleep);
  }
  jclass type = (*env)->GetObjectClass(env, latch);
  (*env)->CallVoidMethod(env, latch, (*env)->GetMethodID(env, type, "countDown", "()V"));
  (*vm)->DetachCurrentThread(vm);
  return unused;
}

JNIEXPORT jint JNICALL Java_io_stranded_corpus_AttachedThread_start(JNIEnv *env, jclass type,
                                                                     jobject latch, jboolean direct) {
  (void)type;
  calls_jdk = direct;
  pthread_t thread;
  passed = (*env)->NewGlobalRef(env, latch);
  jint found = (*env)->GetJavaVM(env, &vm);
  return found != JNI_OK ? found : pthread_create(&thread, NULL, run, NULL);
}
