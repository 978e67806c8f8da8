package io.stranded.junit;

import io.stranded.junit.fixtures.EmptyTests;
import io.stranded.junit.fixtures.Leaks;
import io.stranded.leaks.LeakOptions;
import io.stranded.leaks.LeakScope;
import io.stranded.leaks.Quiescence;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/**
 * Prints what a thousand empty tests take in microseconds each, looked at and not, and what a
 * thread that is left behind takes in milliseconds: the figures of docs/junit.md. Run by {@code
 * benchmarks/junit}.
 */
public final class CostMain {
  private static final int ROUNDS = 8;
  private static final CountDownLatch HELD = new CountDownLatch(1);
  private static final Map<String, String> ON =
      Map.of(
          "junit.jupiter.extensions.autodetection.enabled", "true",
          "stranded.threadleaks", "true",
          "stranded.failIfStranded", "true");

  private CostMain() {}

  public static void main(String[] args) throws TimeoutException {
    for (int i = 0; i < ROUNDS; i++) {
      System.out.println("not looked at  " + micros(Map.of()) + " µs a test");
      System.out.println("looked at      " + micros(ON) + " µs a test");
    }
    for (int i = 0; i < ROUNDS; i++) {
      System.out.println("lost thread    " + millis(true) + " ms");
      System.out.println("alive thread   " + millis(false) + " ms");
    }
  }

  private static long micros(Map<String, String> parameters) {
    long start = System.nanoTime();
    TestRun.of(parameters, EmptyTests.class);
    return (System.nanoTime() - start) / 1_000_000;
  }

  /**
   * What a test takes longer that leaves a thread behind.
   *
   * @param lost whether nobody has what it waits on
   */
  private static long millis(boolean lost) throws TimeoutException {
    int leaks = lost ? 1 : 0;
    LeakScope scope = LeakScope.open("a test");
    Leaks.start("left behind", (lost ? new CountDownLatch(1) : HELD)::await);
    Quiescence.await();
    scope.leave();
    long start = System.nanoTime();
    int found =
        scope.check(LeakOptions.none().settle(Duration.ZERO), /* all= */ false).leaks().size();
    long took = (System.nanoTime() - start) / 1_000_000;
    if (found != leaks) {
      throw new IllegalStateException(found + " leaks instead of " + leaks);
    }
    return took;
  }
}
