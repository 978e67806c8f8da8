package io.stranded.junit;

import io.stranded.junit.fixtures.EmptyTests;
import java.util.Map;

/**
 * Prints what a thousand empty tests take in microseconds each, looked at and not: the figures of
 * docs/junit.md. To be run by hand, with the test class path.
 */
public final class CostMain {
  private static final int ROUNDS = 8;
  private static final Map<String, String> ON =
      Map.of(
          "junit.jupiter.extensions.autodetection.enabled", "true",
          "stranded.threadleaks", "true");

  private CostMain() {}

  public static void main(String[] args) {
    for (int i = 0; i < ROUNDS; i++) {
      System.out.println("not looked at " + micros(Map.of()) + " µs a test");
      System.out.println("looked at     " + micros(ON) + " µs a test");
    }
  }

  private static long micros(Map<String, String> parameters) {
    long start = System.nanoTime();
    TestRun.of(parameters, EmptyTests.class);
    return (System.nanoTime() - start) / 1_000_000;
  }
}
