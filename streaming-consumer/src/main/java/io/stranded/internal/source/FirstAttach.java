package io.stranded.internal.source;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Attaches to a JVM that may not listen for it yet. The JDK waits until it does, for seconds if
 * need be, and forgets meanwhile that its thread was interrupted: so that is done in another one.
 */
final class FirstAttach {
  private FirstAttach() {}

  /**
   * Attaches to a process.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it still is then
   */
  static VirtualMachine to(long pid) throws AttachNotSupportedException, IOException {
    FutureTask<VirtualMachine> attaching =
        new FutureTask<>(() -> VirtualMachine.attach(Long.toString(pid)));
    Thread thread = new Thread(attaching, "stranded-attach");
    thread.setDaemon(true);
    thread.start();
    try {
      return attaching.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AttachNotSupportedException refused) {
        throw refused;
      }
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
