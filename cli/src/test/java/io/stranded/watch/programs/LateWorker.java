package io.stranded.watch.programs;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A pool in use of which one worker can never run again, with nothing but the JDK's frames on its
 * stack. With each line that is sent, another one joins it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what never comes
public final class LateWorker {
  private static final int WORKERS = 2;

  private static final ExecutorService POOL =
      Executors.newFixedThreadPool(
          WORKERS,
          task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setDaemon(true);
            return thread;
          });

  private LateWorker() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    occupyElsewhere();
    System.out.println("READY");
    while (System.in.read() >= 0) {
      System.in.skip(System.in.available());
      occupyElsewhere();
    }
  }

  /** What the thread that hands in the task leaves on its stack is gone with it. */
  private static void occupyElsewhere() throws InterruptedException {
    Thread starter = new Thread(LateWorker::occupy, "starter");
    starter.start();
    starter.join();
  }

  private static void occupy() {
    Callable<Object> waiting = new CompletableFuture<>()::get;
    POOL.submit(waiting);
  }
}
