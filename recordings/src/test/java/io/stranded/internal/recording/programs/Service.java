package io.stranded.internal.recording.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A server with many threads by design, and in leaking mode with some that become ever more.
 *
 * <p>Prints READY after some rounds of work, and then waits for its standard input to end.
 * Arguments: {@code leaking} or {@code healthy}, and the number of rounds.
 */
public final class Service {
  private static final String POISON = "no more";
  private static final int ROUND_MILLIS = 100;

  /** What a running server holds on to. */
  private static final List<Object> held = new ArrayList<>();

  /** Who takes from it has gone long ago. */
  private static final BlockingQueue<String> AUDIT = new ArrayBlockingQueue<>(1);

  private Service() {}

  /** Serves. */
  public static void main(String[] args) throws Exception {
    boolean leaking = args[0].equals("leaking");
    int rounds = Integer.parseInt(args[1]);
    AUDIT.add("first");
    startPool();
    startConsumers();
    park(leaking);
    ExecutorService filling = Executors.newFixedThreadPool(rounds, task -> named("filling", task));
    held.add(filling);
    for (int round = 0; round < rounds; round++) {
      filling.execute(() -> {});
      importPrices(leaking);
      mail(leaking);
      audit(leaking);
      serve(round);
      Thread.sleep(ROUND_MILLIS);
    }
    System.out.println("READY");
    while (System.in.read() >= 0) {
      // The end of the input is the end of the program.
    }
  }

  /** By design: a pool whose workers all idle. */
  private static void startPool() {
    ExecutorService pool = Executors.newFixedThreadPool(20, task -> named("steady", task));
    held.add(pool);
    for (int i = 0; i < 20; i++) {
      pool.execute(() -> {});
    }
  }

  /** By design: consumers that wait for what comes rarely. */
  private static void startConsumers() {
    for (int i = 0; i < 5; i++) {
      BlockingQueue<String> queue = new LinkedBlockingQueue<>();
      held.add(queue);
      named("listener", () -> consume(queue)).start();
    }
  }

  /** The leak: nobody keeps the thread to unpark it. */
  private static void park(boolean leaking) {
    Thread thread = named("parked", Service::parkForEver);
    thread.start();
    if (!leaking) {
      held.add(thread);
    }
  }

  private static void parkForEver() {
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
  }

  /** The leak: the consumer is never told that there is no more. */
  private static void importPrices(boolean leaking) {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    named("price-import", () -> consume(queue)).start();
    if (!leaking) {
      queue.add(POISON);
    }
  }

  /** The leak: nobody shuts the executor down. */
  private static void mail(boolean leaking) {
    ExecutorService executor = Executors.newFixedThreadPool(1, task -> named("mail", task));
    executor.execute(() -> {});
    if (!leaking) {
      executor.shutdown();
    }
  }

  /** The leak: the queue is full, and is known to live code that takes nothing from it. */
  private static void audit(boolean leaking) {
    named("audit", Service::record).start();
    if (!leaking) {
      AUDIT.poll();
    }
  }

  private static void record() {
    try {
      AUDIT.put("entry");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** By design: a thread for each request, and more requests as time goes by. */
  private static void serve(int round) {
    for (int i = 0; i <= round; i++) {
      named("request", Service::handle).start();
    }
  }

  private static void handle() {
    try {
      Thread.sleep(2 * ROUND_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void consume(BlockingQueue<String> queue) {
    try {
      for (String item = queue.take(); !item.equals(POISON); item = queue.take()) {
        System.out.println(item);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread named(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }
}
