package io.stranded.agent;

/** The calls that are woven into the JDK: static methods of the class {@link HookClass} defines. */
enum Hook {
  /** The current thread is about to park without a timeout. */
  PARK("park", "()Ljava/lang/Object;"),
  /** The current thread is about to park with a timeout. */
  TIMED_PARK("timedPark", "()Ljava/lang/Object;"),
  /** The current thread is about to wait on a monitor, with a timeout unless that is zero. */
  WAIT("waiting", "(Ljava/lang/Object;J)V"),
  /** The current thread has come back from a park, whose begin gave this object. */
  RESUME("resume", "(Ljava/lang/Object;)V"),
  /** The current thread has come back from a wait on a monitor. */
  WAITED("waited", "()V"),
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

  /**
   * At the start of a method its parameters are the first local variables of that method; at the
   * end it has none or one, which is what the call at the start gave.
   */
  String descriptor() {
    return descriptor;
  }
}
