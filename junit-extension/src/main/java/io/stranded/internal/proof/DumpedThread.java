package io.stranded.internal.proof;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A virtual thread as the JVM's own thread dump in JSON tells it, which takes no more than a JDK of
 * 21 or later. Those that it does not keep, with {@code -Djdk.trackAllThreads=false}, are not
 * there.
 *
 * @param id {@code Thread.threadId()}
 * @param name may be empty
 * @param state what it did; on Java 21, as far as its stack tells
 * @param stack its frames, innermost first, as {@code class.method(File.java:line)}
 */
public record DumpedThread(long id, String name, Thread.State state, List<String> stack) {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final String FORMAT =
      "com.sun.management.HotSpotDiagnosticMXBean$ThreadDumpFormat";
  private static final Pattern THREAD =
      Pattern.compile("\"tid\":\\s*\"?(\\d+)\"?,(.*?)\"stack\":\\s*\\[(.*?)\\]", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("\"name\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern STATE = Pattern.compile("\"state\":\\s*\"(\\w+)\"");
  private static final Pattern FRAME = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern ESCAPED = Pattern.compile("\\\\([\"/\\\\])");

  /** Loader and module before the class. */
  private static final Pattern PLACE = Pattern.compile("^[\\w.@+-]*//?");

  /** All of them but those that are platform threads; none on a JDK that has no such dump. */
  public static List<DumpedThread> virtual() {
    if (Runtime.version().feature() < FIRST_WITH_VIRTUAL_THREADS) {
      return List.of();
    }
    try {
      String json = dump();
      Set<Long> platform =
          Arrays.stream(ManagementFactory.getThreadMXBean().getAllThreadIds())
              .boxed()
              .collect(Collectors.toSet());
      return THREAD
          .matcher(json)
          .results()
          .map(DumpedThread::of)
          .filter(thread -> !platform.contains(thread.id()) && isVirtual(thread))
          .toList();
    } catch (ReflectiveOperationException | IOException | LinkageError e) {
      return List.of();
    }
  }

  /** In a folder that nobody else can look into, and which is deleted at once. */
  private static String dump() throws ReflectiveOperationException, IOException {
    Class<?> format = Class.forName(FORMAT);
    Method dump = HotSpotDiagnosticMXBean.class.getMethod("dumpThreads", String.class, format);
    Path directory = Files.createTempDirectory("stranded-junit-");
    Path file = directory.resolve("threads.json");
    try {
      Object json = format.getField("JSON").get(null);
      dump.invoke(
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class),
          file.toString(),
          json);
      return Files.readString(file);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }

  private static DumpedThread of(MatchResult thread) {
    List<String> stack =
        FRAME
            .matcher(thread.group(3))
            .results()
            .map(frame -> PLACE.matcher(unescaped(frame.group(1))).replaceFirst(""))
            .toList();
    String head = thread.group(2);
    String name =
        NAME.matcher(head).results().map(its -> unescaped(its.group(1))).findFirst().orElse("");
    Thread.State state =
        STATE
            .matcher(head)
            .results()
            .map(its -> Thread.State.valueOf(its.group(1)))
            .findFirst()
            .orElseGet(() -> state(stack));
    return new DumpedThread(Long.parseLong(thread.group(1)), name, state, stack);
  }

  /** Slashes are escaped, too. */
  private static String unescaped(String text) {
    return ESCAPED.matcher(text).replaceAll("$1");
  }

  private static Thread.State state(List<String> stack) {
    for (String frame : stack) {
      if (frame.startsWith("java.lang.VirtualThread.parkNanos(")) {
        return Thread.State.TIMED_WAITING;
      }
      if (frame.startsWith("java.util.concurrent.locks.LockSupport.park(")) {
        return Thread.State.WAITING;
      }
      if (!frame.startsWith("java.lang.VirtualThread.") && !frame.startsWith("java.lang.System$")) {
        break;
      }
    }
    return Thread.State.RUNNABLE;
  }

  /** A platform thread may have ended since; one that has not run yet has no frames. */
  private static boolean isVirtual(DumpedThread thread) {
    return thread.stack().isEmpty()
        || thread.stack().get(thread.stack().size() - 1).startsWith("java.lang.VirtualThread.");
  }
}
