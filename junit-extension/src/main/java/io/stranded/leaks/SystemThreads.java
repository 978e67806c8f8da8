package io.stranded.leaks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * What Linux knows of platform threads: who was woken is runnable there at once, while the JVM
 * takes it for waiting until it runs.
 */
final class SystemThreads {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final boolean TELLS = Files.isDirectory(TASKS);
  private static final Pattern LINE =
      Pattern.compile("^\".*\" #(\\d+) .*\\bnid=(0x[0-9a-f]+|\\d+)", Pattern.MULTILINE);

  /** The system's numbers by ids of threads, neither of which are given away again soon. */
  private static final Map<Long, Long> NUMBERS = new ConcurrentHashMap<>();

  private SystemThreads() {}

  /** Whether the system tells. */
  static boolean tell() {
    return TELLS;
  }

  /** Whether a thread sleeps; yes where that is not known. */
  static boolean sleeps(long id) {
    if (!TELLS) {
      return true;
    }
    try {
      if (!NUMBERS.containsKey(id)) {
        NUMBERS.putAll(numbers());
      }
      Long number = NUMBERS.get(id);
      if (number == null) {
        return true;
      }
      byte[] bytes = Files.readAllBytes(TASKS.resolve(number + "/stat"));
      String stat = new String(bytes, StandardCharsets.UTF_8);
      // The name before may have any characters.
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'S';
    } catch (IOException | JMException e) {
      return true;
    }
  }

  /** The numbers of all platform threads, which the JVM tells in thread dumps alone. */
  private static Map<Long, Long> numbers() throws JMException {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    Object dump =
        beans.invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "threadPrint",
            new Object[] {new String[0]},
            new String[] {String[].class.getName()});
    Map<Long, Long> numbers = new ConcurrentHashMap<>();
    Matcher line = LINE.matcher(dump.toString());
    while (line.find()) {
      numbers.put(Long.parseLong(line.group(1)), Long.decode(line.group(2)));
    }
    return numbers;
  }
}
