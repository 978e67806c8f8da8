package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Clients wait for replies, which virtual threads will give when they are done: each has its reply
 * in an object that the compiler has scalar-replaced, and is parked in compiled code. Making roots
 * exact leaves out such threads. Run with {@code -Xbatch -XX:-TieredCompilation}, and {@code
 * dontinline} for {@code pause}. The twin, {@code leaking}, waits for a reply that nobody has.
 */
public final class VirtualGuards {
  private static final int CLIENTS = 4;
  private static final int CALLS_UNTIL_COMPILED = 30_000;
  private static final long LONG = TimeUnit.HOURS.toMillis(1);
  private static final BlockingQueue<CompletableFuture<String>> REPLIES =
      new LinkedBlockingQueue<>();

  /** Does not leave the method that makes it. */
  private record Guard(CompletableFuture<String> reply) implements AutoCloseable {
    @Override
    public void close() {
      reply.complete("done");
    }
  }

  private VirtualGuards() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    if (args[0].equals("healthy")) {
      for (int i = 0; i < CLIENTS; i++) {
        client(spawner, i);
        Spawner.awaitLastWait(
            new Spawner(/* virtual= */ true).live("worker-" + i, VirtualGuards::work));
      }
    } else {
      spawner.leak(
          Cause.FUTURE_NEVER_COMPLETED, "client", () -> new CompletableFuture<String>().join());
    }
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void client(Spawner spawner, int number) {
    CompletableFuture<String> reply = new CompletableFuture<>();
    REPLIES.add(reply);
    spawner.live("client-" + number, reply::join);
  }

  /** Compiles first, so that no class loaded later makes the code invalid again. */
  private static void work() throws InterruptedException {
    for (int i = 0; i < CALLS_UNTIL_COMPILED; i++) {
      replyAfter(new CompletableFuture<>(), 0);
    }
    Spawner.lastWait();
    replyAfter(REPLIES.take(), LONG);
  }

  private static void replyAfter(CompletableFuture<String> reply, long millis)
      throws InterruptedException {
    Guard guard = new Guard(reply);
    try (guard) {
      pause(millis);
    }
  }

  private static void pause(long millis) throws InterruptedException {
    if (millis > 0) {
      Thread.sleep(millis);
    }
  }
}
