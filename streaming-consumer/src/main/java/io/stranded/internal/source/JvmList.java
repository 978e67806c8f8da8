package io.stranded.internal.source;

import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JVMs of this machine, those of containers that we see included. */
public final class JvmList {
  /** Ourselves, and tools that come and go. */
  private static final Pattern TOOLS =
      Pattern.compile(
          "(.*/)?stranded(-.*)?\\.jar|io\\.stranded\\.cli\\..*|sun\\.tools\\..*|jdk\\.j.*/.*");

  private JvmList() {}

  /** What is known of one of them. */
  public static LocalJvm describe(long pid, String main) {
    return JvmProcess.of(pid).describe(main);
  }

  /** Whether the main class is one, and not a word for that it was not told yet. */
  public static boolean isTold(String main) {
    return !main.isEmpty() && !main.equals("Unknown");
  }

  /** All that show that they are JVMs, those included that we may not attach to; by process id. */
  public static List<LocalJvm> all() {
    Map<Long, String> ours = mains();
    Stream<LocalJvm> others =
        ProcessHandle.allProcesses()
            .map(ProcessHandle::pid)
            .filter(pid -> !ours.containsKey(pid) && pid != ProcessHandle.current().pid())
            .map(JvmProcess::of)
            .filter(process -> process.isJava() && !isTool(process.main()))
            .map(process -> process.describe(process.main()));
    return Stream.concat(
            ours.entrySet().stream().map(entry -> describe(entry.getKey(), entry.getValue())),
            others)
        .sorted(Comparator.comparingLong(LocalJvm::pid))
        .toList();
  }

  /**
   * The main class or jar of each that we may attach to, by process id, without ourselves and the
   * JDK's tools.
   */
  public static Map<Long, String> mains() {
    Map<Long, String> found = new TreeMap<>();
    for (VirtualMachineDescriptor machine : VirtualMachine.list()) {
      String command = machine.displayName();
      int space = command.indexOf(' ');
      String main = space < 0 ? command : command.substring(0, space);
      long pid = Long.parseLong(machine.id());
      if (pid != ProcessHandle.current().pid() && !isTool(main)) {
        found.put(pid, main);
      }
    }
    return found;
  }

  private static boolean isTool(String main) {
    return TOOLS.matcher(main).matches();
  }
}
