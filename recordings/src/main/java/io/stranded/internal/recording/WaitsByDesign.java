package io.stranded.internal.recording;

import io.stranded.internal.stack.Frames;
import java.util.List;
import java.util.regex.Pattern;

/** Waits that no bug makes last: those of the JDK's own threads, and of a main thread. */
public final class WaitsByDesign {
  private static final List<String> JDK_METHODS =
      List.of(
          // The collector ends these.
          "java.lang.ref.ReferenceQueue.remove",
          "java.lang.ref.Reference$ReferenceHandler.run",
          // Carriers, workers and timers that the JDK starts and ends as it needs them.
          "java.util.concurrent.ForkJoinPool.awaitWork",
          "java.util.concurrent.DelayScheduler.loop",
          "jdk.internal.misc.InnocuousThread.run",
          "sun.misc.InnocuousThread.run");

  private static final List<String> JDK_PACKAGES =
      List.of("jdk.jfr.internal.", "sun.rmi.", "com.sun.jmx.", "sun.management.", "sun.awt.");

  /** Java threads that every JVM starts, and the one that runs {@code main}. */
  private static final Pattern JVM_THREADS =
      Pattern.compile(
          "main|stranded-.*|DestroyJavaVM|Attach Listener|Signal Dispatcher|Finalizer|Reference Handler"
              + "|Common-Cleaner|Notification Thread|Service Thread|Monitor Deflation Thread"
              + "|Sweeper thread|C[12] CompilerThread\\d+|process reaper|JFR .*|RMI Scheduler\\(\\d+\\)"
              + "|VirtualThread-un(parker|blocker)|VirtualThread-unparker.*|Cleaner-\\d+"
              + "|CompletableFutureDelayScheduler|ForkJoinPool\\.commonPool-delayScheduler");

  /** Calls that wait for a server to be stopped. */
  private static final Pattern KEEPING =
      Pattern.compile(
          "org\\.springframework\\.boot\\..*(Netty|Tomcat|Jetty|Undertow|RSocket)\\w*Server\\$\\d+\\.run"
              + "|org\\.springframework\\.boot\\.SpringApplication\\$KeepAlive\\..*"
              + "|org\\.apache\\.catalina\\.(core\\.StandardServer|startup\\.Catalina)\\.await"
              + "|reactor\\.netty\\.Disposable(Server|Channel)\\.\\w+"
              + "|reactor\\.ipc\\.netty\\..*\\$AwaitingThread\\.run"
              + "|org\\.eclipse\\.jetty\\.(server\\.Server|util\\.thread\\.QueuedThreadPool)\\.join"
              + "|io\\.grpc\\.internal\\.ServerImpl\\.awaitTermination"
              + "|weblogic\\.t3\\.srvr\\.T3Srvr\\.waitForDeath");

  private static final String AGENT = "io.stranded.agent.";

  private WaitsByDesign() {}

  /** Whether the thread belongs to the JDK or to our agent. */
  public static boolean isInfrastructure(String name, List<String> stack) {
    boolean jdkOnly = stack.stream().allMatch(Frames::isJdk);
    if (jdkOnly && isJvmThread(name)) {
      return true;
    }
    for (String frame : stack) {
      if (JDK_METHODS.contains(Frames.method(frame)) || frame.startsWith(AGENT)) {
        return true;
      }
    }
    // Judged by the frames that tell whose the thread is, not by those that tell how it waits.
    return stack.stream()
        .filter(frame -> !frame.startsWith("java.") && !frame.startsWith("jdk.internal."))
        .findFirst()
        .map(frame -> JDK_PACKAGES.stream().anyMatch(frame::startsWith))
        .orElse(false);
  }

  /** Whether the JVM started the thread for itself, or our agent did. */
  public static boolean isStartedByJvm(String name, List<String> creator) {
    if (creator.stream().anyMatch(frame -> frame.startsWith("io.stranded."))
        && name.startsWith("stranded-")) {
      return true;
    }
    boolean jdkOnly = creator.stream().allMatch(Frames::isJdk);
    return jdkOnly
        && (isJvmThread(name)
            || creator.stream().anyMatch(f -> JDK_PACKAGES.stream().anyMatch(f::startsWith)));
  }

  /** Whether a thread of which only the name is known is one that every JVM has. */
  static boolean isJvmThread(String name) {
    return JVM_THREADS.matcher(name).matches();
  }

  /**
   * Whether it is the thread that ran the application's {@code main}, kept waiting there, or one
   * that a server has for no other purpose than to keep the JVM alive.
   */
  public static boolean isKeptAlive(List<String> stack) {
    return !stack.isEmpty()
        && (Frames.method(stack.get(stack.size() - 1)).endsWith(".main")
            || stack.stream().map(Frames::method).anyMatch(m -> KEEPING.matcher(m).matches()));
  }

  /** Whether it waits for the JVM to end: for shutdown hooks, or for whoever runs them. */
  static boolean isShutdown(List<String> stack) {
    return stack.stream()
        .map(Frames::method)
        .anyMatch(
            method ->
                method.startsWith("java.lang.Shutdown.")
                    || method.equals("java.lang.ApplicationShutdownHooks.runHooks"));
  }
}
