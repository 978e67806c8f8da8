package io.stranded.leaks;

import io.stranded.internal.proof.DumpedThread;
import io.stranded.internal.proof.FullAccess;
import io.stranded.internal.proof.OwnThread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/** The threads of this JVM that are alive. */
final class LiveThreads {
  private static final ThreadGroup ROOT = root();
  private static final int SPARE = 16;
  private static final String VIRTUAL_GROUP = "VirtualThreads";
  private static final String VIRTUAL_TYPE = "java.lang.VirtualThread";

  private LiveThreads() {}

  /** The ids of all platform threads. */
  static Set<Long> ids() {
    return Aside.call(LiveThreads::allIds);
  }

  /** An id that all threads which are created from now on are above. */
  static long mark() {
    return new OwnThread("stranded-mark", () -> {}).getId();
  }

  private static Set<Long> allIds() {
    Set<Long> ids = new HashSet<>();
    forEachPlatform(thread -> ids.add(thread.getId()));
    return ids;
  }

  /**
   * The threads of the application, with what can be told of them.
   *
   * @param wanted which of them, by id: this is asked first, and costs nothing
   * @param mine which of them, by where they come from
   * @param virtual whether virtual ones are looked for
   */
  static List<LiveThread> look(
      LongPredicate wanted, Predicate<Optional<Birth>> mine, boolean virtual) {
    long caller = Thread.currentThread().getId();
    return Aside.call(() -> lookNow(id -> id != caller && wanted.test(id), mine, virtual));
  }

  private static List<LiveThread> lookNow(
      LongPredicate wanted, Predicate<Optional<Birth>> mine, boolean virtual) {
    List<LiveThread> found = new ArrayList<>();
    forEachPlatform(
        thread -> {
          if (wanted.test(thread.getId())) {
            describe(thread, mine, /* virtual= */ false).ifPresent(found::add);
          }
        });
    if (virtual && FullAccess.get().isPresent()) {
      FullAccess.get().stream()
          .flatMap(FullAccess::virtualThreads)
          .filter(thread -> wanted.test(thread.getId()))
          .flatMap(thread -> describe(thread, mine, /* virtual= */ true).stream())
          .forEach(found::add);
    } else if (virtual && mine.test(Optional.empty())) {
      DumpedThread.virtual().stream()
          .filter(thread -> wanted.test(thread.id()))
          .map(LiveThreads::describe)
          .forEach(found::add);
    }
    return found;
  }

  /** Whether there are virtual threads above an id; the way to know it that costs least. */
  static boolean areVirtual(long mark) {
    return Aside.call(() -> DumpedThread.virtual().stream().anyMatch(t -> t.id() > mark));
  }

  /** Interrupts threads, as far as they still are. */
  static void interrupt(Set<Long> ids) {
    Aside.call(
        () -> {
          interruptNow(ids);
          return ids;
        });
  }

  private static void interruptNow(Set<Long> ids) {
    forEachPlatform(
        thread -> {
          if (ids.contains(thread.getId())) {
            thread.interrupt();
          }
        });
    FullAccess.get().stream()
        .flatMap(FullAccess::virtualThreads)
        .filter(thread -> ids.contains(thread.getId()))
        .forEach(Thread::interrupt);
  }

  /** A frame as reports tell it. */
  static List<String> text(List<StackTraceElement> stack) {
    return stack.stream().map(LiveThreads::text).toList();
  }

  /** The list is cleared afterwards: what is left of it on the stack is not to lead to threads. */
  private static void forEachPlatform(Consumer<Thread> consumer) {
    Thread[] threads = new Thread[ROOT.activeCount() + SPARE];
    int count = ROOT.enumerate(threads);
    while (count == threads.length) {
      Arrays.fill(threads, null);
      threads = new Thread[threads.length * 2];
      count = ROOT.enumerate(threads);
    }
    for (int i = 0; i < count; i++) {
      consumer.accept(threads[i]);
      threads[i] = null;
    }
  }

  private static Optional<LiveThread> describe(
      Thread thread, Predicate<Optional<Birth>> mine, boolean virtual) {
    Optional<Birth> birth =
        FullAccess.get().flatMap(access -> access.inherited(thread, Birth.class));
    if (!mine.test(birth)) {
      return Optional.empty();
    }
    List<StackTraceElement> stack = List.of(thread.getStackTrace());
    if (!thread.isAlive() || Origin.of(thread, stack, birth) != Origin.APPLICATION) {
      return Optional.empty();
    }
    ThreadGroup group = thread.getThreadGroup();
    return Optional.of(
        new LiveThread(
            thread.getName(),
            thread.getId(),
            virtual,
            group == null ? "" : group.getName(),
            thread.getClass().getName(),
            runnable(stack),
            thread.getState(),
            text(stack),
            text(birth.map(Birth::stack).orElse(List.of())),
            birth.map(born -> born.scope().name()).orElse("")));
  }

  private static LiveThread describe(DumpedThread thread) {
    return new LiveThread(
        thread.name(),
        thread.id(),
        /* virtual= */ true,
        VIRTUAL_GROUP,
        VIRTUAL_TYPE,
        /* runnable= */ "",
        thread.state(),
        thread.stack(),
        /* createdBy= */ List.of(),
        /* startedBy= */ "");
  }

  private static String runnable(List<StackTraceElement> stack) {
    for (int i = stack.size() - 1; i >= 0; i--) {
      String type = stack.get(i).getClassName();
      if (!type.startsWith("java.lang.Thread") && !type.equals(VIRTUAL_TYPE)) {
        return type;
      }
    }
    return "";
  }

  private static String text(StackTraceElement frame) {
    String file = frame.getFileName();
    String place =
        frame.isNativeMethod()
            ? "Native Method"
            : file == null
                ? "Unknown Source"
                : frame.getLineNumber() < 0 ? file : file + ":" + frame.getLineNumber();
    return frame.getClassName() + "." + frame.getMethodName() + "(" + place + ")";
  }

  private static ThreadGroup root() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }
}
