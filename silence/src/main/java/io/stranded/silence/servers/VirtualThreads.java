package io.stranded.silence.servers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads, which a build for 17 cannot name. */
final class VirtualThreads {
  private VirtualThreads() {}

  /** Whether this JDK has them and its heap dumps show their stacks. */
  static boolean available() {
    return Runtime.version().feature() >= 22;
  }

  static ExecutorService executor() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
