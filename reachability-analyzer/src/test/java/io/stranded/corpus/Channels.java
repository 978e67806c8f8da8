package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * Hand-overs that one side gave up: queues without a reader or a writer, results that nobody takes,
 * counts that nobody finishes. The argument says whether the threads are virtual.
 */
public final class Channels {
  private static final String POISON = "poison";

  private final Spawner spawner;

  private Channels(Spawner spawner) {
    this.spawner = spawner;
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(Boolean.parseBoolean(args[0]));
    Channels channels = new Channels(spawner);
    channels.readers();
    channels.writers();
    channels.bothSides();
    channels.counts();
    channels.results();
    channels.tasks();
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private void readers() throws Exception {
    Scene.twins(
        spawner,
        "never-closed",
        scene -> {
          BlockingQueue<String> rows = new LinkedBlockingQueue<>();
          Scene.ended(() -> rows.put("a"));
          scene.stuck(Cause.QUEUE_CONSUMER_ABANDONED, "", () -> readUntilClosed(rows, 1));
          scene.comes(() -> rows.put(POISON));
        });
    Scene.twins(
        spawner,
        "writer-failed",
        scene -> {
          BlockingQueue<String> rows = new ArrayBlockingQueue<>(4);
          Scene.ended(() -> failAfter(rows));
          scene.stuck(Cause.QUEUE_CONSUMER_ABANDONED, "", () -> readUntilClosed(rows, 1));
          scene.comes(() -> rows.put(POISON));
        });
    Scene.twins(
        spawner,
        "two-readers-one-element",
        scene -> {
          BlockingQueue<String> ticks = new ArrayBlockingQueue<>(1);
          ticks.put("tick");
          Scene.ended(ticks::take);
          scene.stuckIn(Cause.QUEUE_CONSUMER_ABANDONED, "", ticks::take);
          scene.comes(() -> ticks.put("tick"));
        });
    Scene.twins(
        spawner,
        "started-never-stopped",
        scene -> {
          Worker worker = new Worker();
          scene.stuckIn(Cause.QUEUE_CONSUMER_ABANDONED, "", worker::work);
          scene.comes(worker::stop);
        });
    Scene.twins(
        spawner,
        "stop-flag-unread",
        scene -> {
          Worker worker = new Worker();
          scene.stuckIn(Cause.QUEUE_CONSUMER_ABANDONED, "", worker::work);
          // What should have been a poison pill only sets a flag, which is read after the wait.
          worker.stopped = true;
          scene.comes(worker::stop);
        });
  }

  private void writers() throws Exception {
    Scene.twins(
        spawner,
        "zero-readers",
        scene -> {
          BlockingQueue<String> jobs = new SynchronousQueue<>();
          scene.stuckIn(Cause.RENDEZVOUS_PARTNER_MISSING, "", () -> jobs.put("a"));
          scene.comes(jobs::take);
        });
    Scene.twins(
        spawner,
        "reader-failed",
        scene -> {
          BlockingQueue<String> jobs = new ArrayBlockingQueue<>(1);
          jobs.put("bad");
          Scene.ended(
              () -> {
                throw new IllegalStateException(jobs.take());
              });
          scene.stuck(
              Cause.QUEUE_PRODUCER_ABANDONED,
              "",
              () -> {
                jobs.put("a");
                Spawner.lastWait();
                jobs.put("b");
              });
          scene.comes(jobs::take);
        });
    Scene.twins(
        spawner,
        "reader-cancelled",
        scene -> {
          BlockingQueue<String> jobs = new ArrayBlockingQueue<>(1);
          Thread reader = new Thread(() -> takeUntilInterrupted(jobs), "ended");
          reader.start();
          reader.interrupt();
          reader.join();
          jobs.put("a");
          scene.stuckIn(Cause.QUEUE_PRODUCER_ABANDONED, "", () -> jobs.put("b"));
          scene.comes(jobs::take);
        });
    Scene.twins(
        spawner,
        "sent-twice",
        scene -> {
          BlockingQueue<String> answer = new SynchronousQueue<>();
          scene.stuck(
              Cause.RENDEZVOUS_PARTNER_MISSING,
              "",
              () -> {
                answer.put("error");
                Spawner.lastWait();
                answer.put("result");
              });
          answer.take();
          scene.comes(answer::take);
        });
    Scene.twins(
        spawner,
        "full-before-start",
        scene -> {
          BlockingQueue<String> inbox = new ArrayBlockingQueue<>(1);
          scene.stuck(
              Cause.QUEUE_PRODUCER_ABANDONED,
              "",
              () -> {
                inbox.put("a");
                Spawner.lastWait();
                inbox.put("b");
                // Only now would it start who reads.
                takeUntilInterrupted(inbox);
              });
          scene.comes(inbox::take);
        });
    Scene.twins(
        spawner,
        "first-of-many-taken",
        scene -> {
          BlockingQueue<String> answers = new SynchronousQueue<>();
          takeFirst(answers);
          for (int i = 1; i <= 3; i++) {
            scene.stuckIn(
                Cause.RENDEZVOUS_PARTNER_MISSING, Integer.toString(i), () -> answers.put("late"));
          }
          scene.comes(
              () -> {
                answers.take();
                answers.take();
                answers.take();
              });
        });
    Scene.twins(
        spawner,
        "reader-timed-out",
        scene -> {
          BlockingQueue<String> answer = new SynchronousQueue<>();
          if (answer.poll(1, TimeUnit.MILLISECONDS) != null) {
            throw new IllegalStateException("too early");
          }
          scene.stuckIn(Cause.RENDEZVOUS_PARTNER_MISSING, "", () -> answer.put("late"));
          scene.comes(answer::take);
        });
  }

  private void bothSides() throws Exception {
    Scene.twins(
        spawner,
        "each-sends",
        scene -> {
          BlockingQueue<String> left = new SynchronousQueue<>();
          BlockingQueue<String> right = new SynchronousQueue<>();
          scene.stuck(Cause.RENDEZVOUS_PARTNER_MISSING, "left", () -> sendThenTake(left, right));
          scene.stuck(Cause.RENDEZVOUS_PARTNER_MISSING, "right", () -> sendThenTake(right, left));
          scene.comes(left::take);
        });
    Scene.twins(
        spawner,
        "each-receives",
        scene -> {
          BlockingQueue<String> left = new LinkedBlockingQueue<>();
          BlockingQueue<String> right = new LinkedBlockingQueue<>();
          scene.stuck(Cause.QUEUE_CONSUMER_ABANDONED, "left", () -> takeThenPut(left, right));
          scene.stuck(Cause.QUEUE_CONSUMER_ABANDONED, "right", () -> takeThenPut(right, left));
          scene.comes(() -> left.put("start"));
        });
    Scene.twins(
        spawner,
        "pipeline-without-sink",
        scene -> {
          BlockingQueue<String> first = new ArrayBlockingQueue<>(1);
          BlockingQueue<String> second = new ArrayBlockingQueue<>(1);
          first.put("a");
          second.put("b");
          scene.stuckIn(Cause.QUEUE_PRODUCER_ABANDONED, "source", () -> first.put("c"));
          scene.stuckIn(
              Cause.QUEUE_PRODUCER_ABANDONED,
              "stage",
              () -> {
                second.put("d");
                first.take();
              });
          scene.comes(second::take);
        });
    Scene.twins(
        spawner,
        "waits-for-itself",
        scene -> {
          CountDownLatch stopped = new CountDownLatch(1);
          scene.stuckIn(
              Cause.LATCH_NEVER_COUNTED_DOWN,
              "",
              () -> {
                stopped.await();
                stopped.countDown();
              });
          scene.comes(stopped::countDown);
        });
  }

  private void counts() throws Exception {
    Scene.twins(
        spawner,
        "count-skipped",
        scene -> {
          CountDownLatch done = new CountDownLatch(2);
          Scene.ended(done::countDown);
          Scene.ended(
              () -> {
                if (done.getCount() == 1) {
                  throw new IllegalStateException("skips the count");
                }
                done.countDown();
              });
          scene.stuckIn(Cause.LATCH_NEVER_COUNTED_DOWN, "", done::await);
          scene.comes(done::countDown);
        });
    Scene.twins(
        spawner,
        "wait-inside-the-loop",
        scene -> {
          CountDownLatch done = new CountDownLatch(2);
          scene.stuck(
              Cause.LATCH_NEVER_COUNTED_DOWN,
              "",
              () -> {
                for (int i = 0; i < 2; i++) {
                  done.countDown();
                  Spawner.lastWait();
                  done.await();
                }
              });
          scene.comes(done::countDown);
        });
    Scene.twins(
        spawner,
        "registered-never-arrived",
        scene -> {
          Phaser phaser = new Phaser(1);
          phaser.register();
          scene.stuckIn(Cause.PARTY_MISSING, "", phaser::arriveAndAwaitAdvance);
          scene.comes(phaser::arriveAndDeregister);
        });
    Scene.twins(
        spawner,
        "count-behind-send",
        scene -> {
          BlockingQueue<String> results = new SynchronousQueue<>();
          CountDownLatch done = new CountDownLatch(1);
          scene.stuckIn(
              Cause.RENDEZVOUS_PARTNER_MISSING,
              "worker",
              () -> {
                results.put("a");
                done.countDown();
              });
          scene.stuckIn(
              Cause.LATCH_NEVER_COUNTED_DOWN,
              "caller",
              () -> {
                done.await();
                results.take();
              });
          scene.comes(results::take);
        });
    Scene.twins(
        spawner,
        "token-not-returned",
        scene -> {
          Semaphore tokens = new Semaphore(1);
          Scene.ended(tokens::acquire);
          scene.stuckIn(Cause.PERMIT_NEVER_RELEASED, "", tokens::acquire);
          scene.comes(tokens::release);
        });
    Scene.twins(
        spawner,
        "too-few-tokens",
        scene -> {
          Semaphore tokens = new Semaphore(2);
          scene.stuckIn(Cause.PERMIT_NEVER_RELEASED, "", () -> tokens.acquire(3));
          scene.comes(tokens::release);
        });
  }

  private void results() throws Exception {
    Scene.twins(
        spawner,
        "never-cancelled",
        scene -> {
          CompletableFuture<Void> cancelled = new CompletableFuture<>();
          scene.stuckIn(Cause.FUTURE_NEVER_COMPLETED, "", cancelled::join);
          scene.comes(() -> cancelled.complete(null));
        });
    Scene.twins(
        spawner,
        "select",
        scene -> {
          CompletableFuture<String> value = new CompletableFuture<>();
          CompletableFuture<String> cancelled = new CompletableFuture<>();
          scene.stuckIn(
              Cause.FUTURE_NEVER_COMPLETED,
              "",
              () -> CompletableFuture.anyOf(value, cancelled).get());
          scene.comes(() -> cancelled.complete(null));
        });
    Scene.twins(
        spawner,
        "failure-not-passed-on",
        scene -> {
          CompletableFuture<String> answer = new CompletableFuture<>();
          Scene.ended(
              () -> {
                answer.complete(failing());
              });
          scene.stuckIn(
              Cause.FUTURE_NEVER_COMPLETED,
              "",
              () -> answer.thenApply(String::length).thenApply(length -> length + 1).join());
          scene.comes(() -> answer.complete("late"));
        });
  }

  private void tasks() throws Exception {
    Scene.twins(
        spawner,
        "task-discarded",
        scene -> {
          FutureTask<String> task = new FutureTask<>(() -> "done");
          ExecutorService pool = Executors.newFixedThreadPool(1);
          pool.shutdown();
          Scene.ended(() -> pool.execute(task));
          scene.stuckIn(Cause.TASK_NEVER_FINISHED, "", task::get);
          scene.comes(task::run);
        });
    Scene.twins(
        spawner,
        "task-in-its-own-queue",
        scene -> {
          BlockingQueue<FutureTask<String>> queue = new LinkedBlockingQueue<>();
          scene.stuck(
              Cause.TASK_NEVER_FINISHED,
              "",
              () -> {
                FutureTask<String> inner = new FutureTask<>(() -> "done");
                queue.put(inner);
                Spawner.lastWait();
                inner.get();
              });
          scene.comes(() -> queue.take().run());
        });
    // Whoever collects the wrapper shuts the pool down: its worker is no leak.
    ExecutorService pool =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, Expected.live("collected-pool"));
              thread.setDaemon(true);
              return thread;
            });
    Future<?> started = pool.submit(() -> {});
    started.get();
  }

  private static void readUntilClosed(BlockingQueue<String> rows, int expected)
      throws InterruptedException {
    for (int read = 0; ; read++) {
      if (read == expected) {
        Spawner.lastWait();
      }
      if (rows.take().equals(POISON)) {
        return;
      }
    }
  }

  private static void failAfter(BlockingQueue<String> rows) throws InterruptedException {
    rows.put("a");
    throw new IllegalStateException("before the end was sent");
  }

  private static void takeUntilInterrupted(BlockingQueue<String> queue) {
    try {
      while (true) {
        queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void takeFirst(BlockingQueue<String> answers) throws InterruptedException {
    Thread first = new Thread(() -> putOnce(answers), "ended");
    first.start();
    answers.take();
    first.join();
  }

  private static void putOnce(BlockingQueue<String> answers) {
    try {
      answers.put("first");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sendThenTake(BlockingQueue<String> send, BlockingQueue<String> take)
      throws InterruptedException {
    while (true) {
      Spawner.lastWait();
      send.put("a");
      take.take();
    }
  }

  private static void takeThenPut(BlockingQueue<String> take, BlockingQueue<String> put)
      throws InterruptedException {
    Spawner.lastWait();
    put.put(take.take());
  }

  private static String failing() {
    throw new IllegalStateException("the work failed");
  }

  /** Has a queue of its own, until it is told to stop. */
  private static final class Worker {
    private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
    private volatile boolean stopped;

    void work() throws InterruptedException {
      do {
        inbox.take();
      } while (!stopped);
    }

    void stop() throws InterruptedException {
      stopped = true;
      inbox.put(POISON);
    }
  }
}
