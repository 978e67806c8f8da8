package io.stranded.internal.source;

import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The JVMs of this machine that we may attach to, those of containers that we see included. */
public final class JvmList {
  /** Ourselves, and tools that come and go. */
  private static final Pattern TOOLS =
      Pattern.compile(
          "(.*/)?stranded(-.*)?\\.jar|io\\.stranded\\.cli\\..*|sun\\.tools\\..*|jdk\\.j.*/.*");

  private JvmList() {}

  /** The main class or jar of each JVM, by process id, without ourselves and the JDK's tools. */
  public static Map<Long, String> now() {
    Map<Long, String> found = new TreeMap<>();
    for (VirtualMachineDescriptor machine : VirtualMachine.list()) {
      String command = machine.displayName();
      int space = command.indexOf(' ');
      String main = space < 0 ? command : command.substring(0, space);
      long pid = Long.parseLong(machine.id());
      if (pid != ProcessHandle.current().pid() && !TOOLS.matcher(main).matches()) {
        found.put(pid, main);
      }
    }
    return found;
  }
}
