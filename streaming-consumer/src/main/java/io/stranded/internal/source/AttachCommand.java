package io.stranded.internal.source;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;

/**
 * Runs diagnostic commands in a JVM of this machine, as {@code jcmd} does. Heap dumps go this way
 * because JMX offers neither {@code -parallel} nor the JVM's own words on what went wrong.
 */
final class AttachCommand {
  private AttachCommand() {}

  /**
   * Runs a command and returns what it printed.
   *
   * @throws IOException if the process does not let us attach, or refuses the command
   */
  static String run(long pid, String command) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try (InputStream printed = execute(machine, command)) {
        return new String(printed.readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The method is the JDK's own; our manifest opens its package to us. */
  private static InputStream execute(VirtualMachine machine, String command) throws IOException {
    try {
      return (InputStream)
          machine.getClass().getMethod("executeJCmd", String.class).invoke(machine, command);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IOException(
          "this JVM does not let us run commands in another: start it by 'java -jar', or with"
              + " --add-exports jdk.attach/sun.tools.attach=ALL-UNNAMED",
          e);
    }
  }
}
