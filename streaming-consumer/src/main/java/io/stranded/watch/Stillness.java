package io.stranded.watch;

import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.stack.Frames;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the threads of a target have used of the processor up to a moment, by which it can be told
 * later whether any of them has run since.
 */
final class Stillness {
  /** Only here is the time exact to a few nanoseconds; elsewhere it is counted in ticks. */
  private static final String EXACT_CLOCK = "Linux";

  /** So many that ran are not looked at one by one. */
  private static final int MOST_OF_THE_JVM = 64;

  /** Threads of the JVM and of our agent, which never run what the application has made. */
  private static final Pattern JVM_THREADS =
      Pattern.compile(
          "Attach Listener|Signal Dispatcher|Service Thread|Monitor Deflation Thread"
              + "|Reference Handler|Common-Cleaner|C[12] CompilerThread\\d+|JFR .*"
              + "|RMI TCP (Accept|Connection).*|RMI Scheduler.*|JMX server connection timeout.*"
              + "|stranded-reporter");

  private static final String AGENT = "io.stranded.agent.";

  private final Map<Long, Long> nanos;
  private final long started;

  private Stillness(Map<Long, Long> nanos, long started) {
    this.nanos = nanos;
    this.started = started;
  }

  /** The moment that begins now. */
  static Stillness of(TargetJvm target) {
    long started = target.threads().getTotalStartedThreadCount();
    return new Stillness(processorTimes(target), started);
  }

  /**
   * Whether no thread but the JVM's own can have run since. What cannot be told counts as having
   * run: also a thread that has come or gone.
   */
  boolean hasLasted(TargetJvm target) {
    if (!target.property("os.name").equals(EXACT_CLOCK)) {
      return false;
    }
    Map<Long, Long> now = processorTimes(target);
    long[] ran =
        now.entrySet().stream()
            .filter(used -> !used.getValue().equals(nanos.get(used.getKey())))
            .mapToLong(Map.Entry::getKey)
            .toArray();
    long come = Arrays.stream(ran).filter(id -> !nanos.containsKey(id)).count();
    return now.keySet().containsAll(nanos.keySet())
        && target.threads().getTotalStartedThreadCount() - started == come
        && ran.length <= MOST_OF_THE_JVM
        && Arrays.stream(target.threads().getThreadInfo(ran, Integer.MAX_VALUE))
            .allMatch(info -> info != null && isOfTheJvm(info));
  }

  private static boolean isOfTheJvm(ThreadInfo thread) {
    return JVM_THREADS.matcher(thread.getThreadName()).matches()
        && Arrays.stream(thread.getStackTrace())
            .map(StackTraceElement::getClassName)
            .allMatch(type -> Frames.isJdk(type) || type.startsWith(AGENT));
  }

  /** By thread id; without those of which the JVM does not tell. */
  private static Map<Long, Long> processorTimes(TargetJvm target) {
    long[] ids = target.threads().getAllThreadIds();
    long[] times = target.threads().getThreadCpuTime(ids);
    Map<Long, Long> nanos = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (times[i] >= 0) {
        nanos.put(ids[i], times[i]);
      }
    }
    return nanos;
  }
}
