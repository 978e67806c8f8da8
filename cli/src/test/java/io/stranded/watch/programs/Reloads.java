package io.stranded.watch.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Reads commands: {@code open} starts a pool with idle workers and a queue with consumers, {@code
 * drop} forgets both without a word to their threads.
 */
public final class Reloads {
  private static final int THREADS = 4;

  /** What the application uses now. */
  private static final List<Object> IN_USE = new ArrayList<>();

  private Reloads() {}

  public static void main(String[] args) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("READY");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.equals("open")) {
        IN_USE.add(pool());
        IN_USE.add(consumers());
      } else {
        IN_USE.clear();
      }
    }
  }

  private static Object pool() {
    ThreadPoolExecutor pool =
        (ThreadPoolExecutor)
            Executors.newFixedThreadPool(THREADS, task -> daemon("pool-worker", task));
    pool.prestartAllCoreThreads();
    return pool;
  }

  private static Object consumers() {
    BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    for (int i = 0; i < THREADS; i++) {
      daemon("consumer", () -> consume(queue)).start();
    }
    return queue;
  }

  private static void consume(BlockingQueue<Runnable> queue) {
    try {
      while (true) {
        queue.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
