package io.stranded.agent;

/** The calls that are woven into the JDK: static methods of the class {@link HookClass} defines. */
enum Hook {
  /** The current thread is about to park without a timeout. */
  PARK("park", "()V"),
  /** The current thread is about to park with a timeout. */
  TIMED_PARK("timedPark", "()V"),
  /** The current thread is about to wait on a monitor, with a timeout unless that is zero. */
  WAIT("waiting", "(Ljava/lang/Object;J)V"),
  /** The current thread has come back from one of the above. */
  RESUME("resume", "()V"),
  /** The current thread is about to start another. */
  START("start", "(Ljava/lang/Thread;)V"),
  /** The current thread has run to its end. */
  EXIT("exit", "()V");

  private final String method;
  private final String descriptor;

  Hook(String method, String descriptor) {
    this.method = method;
    this.descriptor = descriptor;
  }

  String method() {
    return method;
  }

  /** Its parameters are the first local variables of the method that the call is woven into. */
  String descriptor() {
    return descriptor;
  }
}
