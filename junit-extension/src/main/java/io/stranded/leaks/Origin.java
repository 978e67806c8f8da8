package io.stranded.leaks;

import io.stranded.internal.proof.OwnThread;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * Who threads belong to, told by who has created them, by their class and by what they run; never
 * by their name, which changes with each JDK.
 */
enum Origin {
  /** The JDK's own: nobody can end it, and it may come at any time. */
  JDK,
  /** That of what runs the tests. */
  TEST_TOOL,
  /** That of the code under test, or of the test. */
  APPLICATION;

  /** Classes of the JDK whose threads are made by whoever asks for them. */
  private static final Set<String> FOR_ALL =
      Set.of(
          "java.lang.Thread",
          "java.lang.VirtualThread",
          "java.lang.BaseVirtualThread",
          "java.lang.ThreadBuilders$BoundVirtualThread",
          "java.util.TimerThread",
          "java.util.concurrent.ForkJoinWorkerThread");

  /** What lies between whoever asks for a thread and the thread; its user has to stop it. */
  private static final List<String> BETWEEN =
      List.of(
          "java.lang.Thread",
          "java.lang.BaseVirtualThread",
          "java.lang.VirtualThread",
          "java.lang.System$",
          "jdk.internal.vm.",
          "java.util.Timer",
          "java.util.concurrent.",
          "java.util.stream.",
          "java.security.AccessController",
          "sun.net.httpserver.",
          "com.sun.net.httpserver.");

  /** What pools make threads with if nobody says otherwise. */
  private static final List<String> FACTORIES_FOR_ALL =
      List.of(
          "java.util.concurrent.Executors$",
          "java.util.concurrent.ForkJoinPool$",
          "java.lang.ThreadBuilders$");

  private static final List<String> TOOLS =
      List.of(
          "org.junit.",
          "org.testng.",
          "org.apache.maven.",
          "org.gradle.",
          "worker.org.gradle.",
          "com.intellij.rt.",
          "org.eclipse.jdt.internal.junit");

  private static final Set<String> VIRTUAL =
      Set.of("java.lang.VirtualThread", "java.lang.ThreadBuilders$BoundVirtualThread");

  /** Completes futures of all when their time is over, which may fill pools. */
  private static final String DELAYER = "java.util.concurrent.CompletableFuture$Delayer";

  private static final String RUNNER = "org.junit.platform.engine.support.hierarchical.";

  /** Whose a thread is. */
  static Origin of(Thread thread, List<StackTraceElement> stack, Optional<Birth> birth) {
    if (thread instanceof OwnThread || isOfTheJdk(thread, stack, birth)) {
      return JDK;
    }
    if (isTool(thread.getClass().getName())) {
      // Idle workers have none of its frames on their stacks.
      return TEST_TOOL;
    }
    List<StackTraceElement> created = birth.map(Birth::stack).orElse(List.of());
    boolean others = stack.stream().anyMatch(frame -> !isJdk(frame) && !isTool(frame));
    if (!created.isEmpty()) {
      return isRunnerOfTests(created) || (isMadeByTool(created) && !others)
          ? TEST_TOOL
          : APPLICATION;
    }
    // Who has not been seen to be created is known by where its stack begins.
    StackTraceElement outermost = null;
    for (StackTraceElement frame : stack) {
      outermost = isJdk(frame) ? outermost : frame;
    }
    return outermost != null && isTool(outermost) ? TEST_TOOL : APPLICATION;
  }

  /**
   * Whether a thread does what is asked for by anyone, so that what it starts is not of whoever
   * happened to need it first.
   */
  static boolean runsForAll(Thread thread, Birth birth) {
    String type = thread.getClass().getName();
    return isOfCommonPool(thread)
        || isTool(type)
        || (isJdkClass(thread.getClass()) && !FOR_ALL.contains(type))
        || birth.isMadeBy(DELAYER);
  }

  /** Whether what is created runs tests, now or later. */
  static boolean isRunnerOfTests(List<StackTraceElement> created) {
    StackTraceElement creator = creator(created);
    return creator != null && creator.getClassName().startsWith(RUNNER);
  }

  private static boolean isMadeByTool(List<StackTraceElement> created) {
    StackTraceElement creator = creator(created);
    return creator != null && isTool(creator);
  }

  private static boolean isOfTheJdk(
      Thread thread, List<StackTraceElement> stack, Optional<Birth> birth) {
    if (isOfCommonPool(thread)) {
      return true;
    }
    if (isJdkClass(thread.getClass()) && !FOR_ALL.contains(thread.getClass().getName())) {
      return true;
    }
    List<StackTraceElement> created = birth.map(Birth::stack).orElse(List.of());
    if (!created.isEmpty()) {
      return isAskedForByTheJdk(created);
    }
    ThreadGroup group = thread.getThreadGroup();
    if (birth.isEmpty() && group != null && group.getParent() == null) {
      // The JVM's own are in the outermost group; nobody else puts a thread there.
      return true;
    }
    return birth.isEmpty() && runsTheJdkAlone(stack);
  }

  private static boolean isOfCommonPool(Thread thread) {
    return thread instanceof ForkJoinWorkerThread worker
        && worker.getPool() == ForkJoinPool.commonPool();
  }

  /** Whether it is a virtual one. */
  static boolean isVirtual(Thread thread) {
    return VIRTUAL.contains(thread.getClass().getName());
  }

  /** A thread that a class of the JDK makes for itself, on whoever's behalf. */
  private static boolean isAskedForByTheJdk(List<StackTraceElement> created) {
    for (StackTraceElement frame : created) {
      boolean one = frame.getMethodName().equals("<clinit>");
      boolean factory = frame.getMethodName().equals("newThread") && !isForAll(frame);
      if (isJdk(frame) && (one || factory)) {
        // One for all, made when it was first needed, or for a pool of the JDK's own.
        return true;
      }
      if (!isBetween(frame)) {
        return isJdk(frame);
      }
    }
    return false;
  }

  private static boolean isForAll(StackTraceElement factory) {
    return FACTORIES_FOR_ALL.stream().anyMatch(factory.getClassName()::startsWith);
  }

  private static boolean runsTheJdkAlone(List<StackTraceElement> stack) {
    for (int i = stack.size() - 1; i >= 0; i--) {
      StackTraceElement frame = stack.get(i);
      if (!frame.getClassName().startsWith("java.lang.Thread")) {
        return stack.stream().allMatch(Origin::isJdk) && !isBetween(frame);
      }
    }
    return false;
  }

  private static @Nullable StackTraceElement creator(List<StackTraceElement> created) {
    return created.stream().filter(frame -> !isJdk(frame)).findFirst().orElse(null);
  }

  private static boolean isJdkClass(Class<?> type) {
    return type.getClassLoader() == null
        || type.getClassLoader() == ClassLoader.getPlatformClassLoader();
  }

  /** Whether a frame is the JDK's. */
  static boolean isJdk(StackTraceElement frame) {
    String module = frame.getModuleName();
    return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
  }

  private static boolean isBetween(StackTraceElement frame) {
    return isJdk(frame) && BETWEEN.stream().anyMatch(frame.getClassName()::startsWith);
  }

  private static boolean isTool(StackTraceElement frame) {
    return isTool(frame.getClassName());
  }

  private static boolean isTool(String type) {
    return TOOLS.stream().anyMatch(type::startsWith);
  }
}
