package io.stranded.leaks;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;

/**
 * Shows that the check finds what it should where it runs: plants a leak, and its healthy twin. A
 * check that finds nothing, because something has switched it off, looks as one that has nothing to
 * find.
 */
public final class ThreadLeakControl {
  private ThreadLeakControl() {}

  /**
   * Plants both, checks, and takes them away again. Takes about a second.
   *
   * @return how the leak was proved to be one, for people
   * @throws AssertionError if the leak is not found, or the twin is
   */
  public static String selfTest() {
    LinkedBlockingQueue<String> held = new LinkedBlockingQueue<>();
    LeakScope scope = LeakScope.open("the self-test");
    long leaked;
    long healthy;
    try {
      leaked = plant("stranded-control-leaked", new SynchronousQueue<String>()::take);
      healthy = plant("stranded-control-healthy", held::take);
    } finally {
      scope.leave();
    }
    LeakReport report;
    try {
      report = scope.check(LeakOptions.none().settle(Duration.ofMillis(100)), /* all= */ true);
    } finally {
      held.add("");
      LiveThreads.interrupt(Set.of(leaked));
    }
    verify(report, leaked, ThreadLeak.Kind.STRANDED);
    verify(report, healthy, ThreadLeak.Kind.WAITING);
    return String.join("; ", report.notes());
  }

  private static void verify(LeakReport report, long thread, ThreadLeak.Kind expected) {
    ThreadLeak.Kind kind =
        report.leaks().stream()
            .filter(leak -> leak.thread().id() == thread)
            .map(ThreadLeak::kind)
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("a planted thread was not found: " + report.text()));
    if (kind != expected) {
      throw new AssertionError(
          "a planted thread is " + kind + " and not " + expected + ": " + report.text());
    }
  }

  private static long plant(String name, Waiting wait) {
    CountDownLatch there = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                there.countDown();
                wait.take();
              } catch (InterruptedException e) {
                // That is its end.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    try {
      there.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return thread.getId();
  }

  @FunctionalInterface
  private interface Waiting {
    Object take() throws InterruptedException;
  }
}
