package io.stranded.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuiescenceTest {
  private final LinkedBlockingQueue<Integer> first = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Integer> second = new LinkedBlockingQueue<>();
  private final AtomicInteger done = new AtomicInteger();
  private LeakScope scope = LeakScope.unopened("");

  @BeforeEach
  void open() {
    scope = LeakScope.open("a test");
  }

  @AfterEach
  void leave() {
    scope.leave();
  }

  @Test
  void returnsWhenAllWorkIsDone() throws Exception {
    Thread one = start(() -> second.add(first.take() + 1));
    Thread two = start(() -> done.addAndGet(second.take()));
    for (int i = 1; i <= 200; i++) {
      first.add(i);
      Quiescence.await();
      assertThat(done).hasValue((i * (i + 3)) / 2);
    }
    one.interrupt();
    two.interrupt();
    one.join();
    two.join();
    Quiescence.await();
  }

  @Test
  void whoWaitsForALockOfOneThatRunsDoesNotWait() throws Exception {
    Object monitor = new Object();
    Thread owner =
        start(
            () -> {
              synchronized (monitor) {
                first.take();
                done.incrementAndGet();
                while (second.poll() == null) {
                  Thread.onSpinWait();
                }
                done.incrementAndGet();
              }
              first.take();
            });
    Quiescence.await();
    Thread behind =
        start(
            () -> {
              synchronized (monitor) {
                done.addAndGet(10);
              }
              first.take();
            });
    // Its owner waits, too.
    Quiescence.await();
    first.add(1);
    assertThatThrownBy(() -> Quiescence.standard().atMost(Duration.ofMillis(50)).awaitAll())
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("\"worker\" does not wait");
    second.add(1);
    Quiescence.await();
    assertThat(done).hasValue(12);
    owner.interrupt();
    behind.interrupt();
    owner.join();
    behind.join();
  }

  @Test
  void waitsWithATimeoutCountOnlyIfTheyAreNamed() throws Exception {
    Thread thread = start(() -> TimeUnit.HOURS.sleep(1));
    Quiescence quiescence = Quiescence.standard().atMost(Duration.ofMillis(50));
    assertThatThrownBy(quiescence::awaitAll).isInstanceOf(TimeoutException.class);
    Quiescence.standard().countingTimed(ThreadFilter.name("worker")).awaitAll();
    thread.interrupt();
    thread.join();
  }

  @Test
  void outsideOfATestItIsRefused() {
    scope.leave();
    assertThatThrownBy(Quiescence::await).isInstanceOf(IllegalStateException.class);
  }

  /** Does its work again and again. */
  private static Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  work.run();
                }
              } catch (InterruptedException e) {
                // That is its end.
              }
            },
            "worker");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }
}
