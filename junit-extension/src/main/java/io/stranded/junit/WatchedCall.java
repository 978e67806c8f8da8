package io.stranded.junit;

import io.stranded.leaks.StrandedTestError;
import io.stranded.leaks.Watchdog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call of a test under the eyes of the watchdog.
 *
 * <p>Who waits for the test waits without a timeout, and nobody else can wake him: so what he holds
 * of the test is no way to end its wait.
 */
final class WatchedCall<T> {
  private static final ThreadLocal<Boolean> UNDER_WAY = ThreadLocal.withInitial(() -> false);

  private final Body<T> body;
  private final String name;
  private final Duration patience;

  WatchedCall(Body<T> body, String name, Duration patience) {
    this.body = body;
    this.name = name;
    this.patience = patience;
  }

  /** What is called. */
  @FunctionalInterface
  interface Body<T> {
    T call() throws Throwable;
  }

  /** Whether the current thread is in one already. */
  static boolean isUnderWay() {
    return UNDER_WAY.get();
  }

  T inThisThread() throws Throwable {
    long id = Thread.currentThread().getId();
    UNDER_WAY.set(true);
    Watchdog.watch(id, id, patience);
    try {
      return body.call();
    } catch (Throwable e) {
      Optional<Watchdog.Proved> proved = Watchdog.proved(id);
      if (proved.isPresent()) {
        // Whatever the interrupt has led to.
        StrandedTestError stranded = new StrandedTestError(name, proved.get());
        stranded.addSuppressed(e);
        throw stranded;
      }
      throw e;
    } finally {
      Watchdog.forget(id);
      UNDER_WAY.remove();
      if (Watchdog.proved(id).isPresent()) {
        // It has gone on all the same, so that the interrupt was not for it.
        Thread.interrupted();
      }
    }
  }

  T inItsOwnThread() throws Throwable {
    long waiter = Thread.currentThread().getId();
    Outcome<T> outcome = new Outcome<>();
    long id = start(body, outcome);
    Watchdog.watch(id, waiter, patience);
    try {
      outcome.done.await();
    } catch (InterruptedException e) {
      Optional<Watchdog.Proved> proved = Watchdog.proved(waiter);
      if (proved.isPresent()) {
        throw new StrandedTestError(name, proved.get());
      }
      // By somebody else, such as a @Timeout, who means the test.
      Watchdog.interrupt(id);
      throw e;
    } finally {
      Watchdog.forget(id);
    }
    return outcome.get();
  }

  /** Neither the frames of who waits nor what he waits for may lead to the thread. */
  private static <T> long start(Body<T> body, Outcome<T> outcome) {
    Thread thread = new Thread(() -> outcome.run(body), "stranded-test");
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    return thread.getId();
  }

  /** What came of it. */
  private static final class Outcome<T> {
    final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;
    private final AtomicReference<T> result = new AtomicReference<>();

    void run(Body<T> body) {
      UNDER_WAY.set(true);
      try {
        result.set(body.call());
      } catch (Throwable e) {
        failure = e;
      } finally {
        done.countDown();
      }
    }

    @SuppressWarnings("NullAway") // null is what a method without a result gives
    T get() throws Throwable {
      if (failure != null) {
        throw failure;
      }
      return result.get();
    }
  }
}
