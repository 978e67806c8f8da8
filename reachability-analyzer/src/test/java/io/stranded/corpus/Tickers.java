package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Threads that act again and again: some whose owner nobody has any more, and some that look like
 * them and are somebody's, or may sleep only once. Those of pools and timers are platform threads
 * in any case.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody keeps them, which is the mistake
public final class Tickers {
  private static final List<Object> KEPT = new ArrayList<>();
  private static final List<Object> SHARED = new ArrayList<>();
  private static final Map<String, Long> PRICES = new HashMap<>();

  private Tickers() {}

  /** Refreshes what it has until it is closed, which only who has it can do. */
  private static final class Refresher {
    private final Map<String, Long> values = new HashMap<>();
    private volatile boolean closed;

    void run() {
      while (!closed) {
        values.merge("refreshed", 1L, Long::sum);
        pause();
      }
    }

    void close() {
      closed = true;
    }
  }

  /** Works on what all have. */
  private record Flusher(List<Object> shared) {
    void run() {
      while (true) {
        synchronized (shared) {
          shared.clear();
        }
        pause();
      }
    }
  }

  public static void main(String[] args) throws InterruptedException {
    Spawner spawner = new Spawner(Boolean.parseBoolean(args[0]));
    Thread starter = new Thread(() -> start(spawner), "starter");
    starter.start();
    starter.join();
    spawner.awaitWaiting();
    System.out.println("READY");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void start(Spawner spawner) {
    spawner.live("loop-of-nobody", new Refresher()::run);
    CountDownLatch latch = new CountDownLatch(1);
    spawner.live("sleeps-once", () -> pauseThen(latch::countDown));
    spawner.live("waits-for-who-sleeps-once", () -> await(latch));
    Refresher held = new Refresher();
    KEPT.add((Runnable) held::close);
    spawner.live("refresher-of-somebody", held::run);
    Refresher byThread = new Refresher();
    KEPT.add(spawner.live("thread-of-somebody", byThread::run));
    spawner.live("works-on-what-all-have", new Flusher(SHARED)::run);
    spawner.live("works-on-statics", Tickers::reprice);
    timers();
    pools();
  }

  private static void reprice() {
    while (true) {
      PRICES.merge("all", 1L, Long::sum);
      pause();
    }
  }

  private static void timers() {
    new Timer(name(Expected.Kind.SUSPECT, "timer"), true).schedule(task(), 0, 60_000);
    Timer held = new Timer(Expected.live("timer-of-somebody"), true);
    held.schedule(task(), 0, 60_000);
    KEPT.add(held);
    TimerTask stoppable = task();
    new Timer(Expected.live("timer-whose-task-is-somebodys"), true).schedule(stoppable, 0, 60_000);
    KEPT.add(stoppable);
    new Timer(Expected.live("timer-that-ends"), true).schedule(task(), 3_600_000);
  }

  private static TimerTask task() {
    return new TimerTask() {
      @Override
      public void run() {
        SHARED.add("tick");
      }
    };
  }

  private static void pools() {
    schedule(pool(name(Expected.Kind.SUSPECT, "pool")));
    ScheduledExecutorService held = pool(Expected.live("pool-of-somebody"));
    schedule(held);
    KEPT.add(held);
    KEPT.add(schedule(pool(Expected.live("pool-whose-task-is-somebodys"))));
  }

  private static Future<?> schedule(ScheduledExecutorService pool) {
    return pool.scheduleAtFixedRate(() -> {}, 0, 1, TimeUnit.MINUTES);
  }

  private static ScheduledExecutorService pool(String name) {
    return Executors.newScheduledThreadPool(
        1,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  private static String name(Expected.Kind kind, String pattern) {
    String name = Expected.name(kind, Cause.ORPHANED_TICKER, pattern);
    Spawner.announce(name);
    return name;
  }

  private static void pauseThen(Runnable work) {
    pause();
    work.run();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
