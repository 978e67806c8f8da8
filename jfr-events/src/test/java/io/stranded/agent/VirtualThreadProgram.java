package io.stranded.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program that does something with virtual threads for each line of its input. */
public final class VirtualThreadProgram {
  private static final CountDownLatch HELD = new CountDownLatch(1);
  private static final List<Thread> HELD_THREADS = new ArrayList<>();

  private VirtualThreadProgram() {}

  /** Runs until its standard input ends: {@code WHAT COUNT} in each line. */
  public static void main(String[] args) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ThreadFactory factory = virtualThreads();
    System.out.println("READY");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      obey(words[0], Integer.parseInt(words[1]), factory);
      System.out.println("DONE " + line);
    }
  }

  private static void obey(String command, int count, ThreadFactory factory) throws Exception {
    switch (command) {
      case "hold" -> startHeld(factory, count);
      case "release" -> release();
      case "leak" -> startLeaked(factory, count);
      case "sleep" -> startTimed(factory, count);
      case "drop" -> dropExecutor(count);
      case "drop-busy" -> dropBusyExecutor(count);
      case "drop-done" -> dropDoneExecutor(count);
      case "revive" -> startRevived(factory, count);
      case "collect" -> collect();
      default -> throw new IOException(command);
    }
  }

  private static void startHeld(ThreadFactory factory, int count) throws InterruptedException {
    CountDownLatch running = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      Thread thread =
          factory.newThread(
              () -> {
                running.countDown();
                await(HELD);
              });
      HELD_THREADS.add(thread);
      thread.start();
    }
    running.await();
    for (Thread thread : HELD_THREADS) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
  }

  private static void release() throws InterruptedException {
    HELD.countDown();
    for (Thread thread : HELD_THREADS) {
      thread.join();
    }
    HELD_THREADS.clear();
  }

  private static void startLeaked(ThreadFactory factory, int count) {
    for (int i = 0; i < count; i++) {
      CountDownLatch nobodyElseHasIt = new CountDownLatch(1);
      factory.newThread(() -> await(nobodyElseHasIt)).start();
    }
  }

  private static void startTimed(ThreadFactory factory, int count) {
    for (int i = 0; i < count; i++) {
      factory.newThread(() -> LockSupport.parkNanos(TimeUnit.DAYS.toNanos(1))).start();
    }
  }

  private static void dropExecutor(int count) throws ReflectiveOperationException {
    submitLeaked(newExecutor(), count);
  }

  /** One of its threads will run again, in a day, and leads to the others. */
  private static void dropBusyExecutor(int count) throws ReflectiveOperationException {
    ExecutorService dropped = newExecutor();
    dropped.execute(() -> LockSupport.parkNanos(TimeUnit.DAYS.toNanos(1)));
    submitLeaked(dropped, count);
  }

  private static void dropDoneExecutor(int count)
      throws ReflectiveOperationException, InterruptedException {
    ExecutorService dropped = newExecutor();
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      dropped.execute(
          () -> {
            await(go);
            done.countDown();
          });
    }
    go.countDown();
    done.await();
  }

  private static void submitLeaked(ExecutorService executor, int count) {
    for (int i = 0; i < count; i++) {
      CountDownLatch nobodyElseHasIt = new CountDownLatch(1);
      executor.execute(() -> await(nobodyElseHasIt));
    }
  }

  /** Threads that only a finalizer can still wake. */
  private static void startRevived(ThreadFactory factory, int count) {
    for (int i = 0; i < count; i++) {
      Reviver reviver = new Reviver();
      factory
          .newThread(
              () -> {
                await(reviver.latch);
                reviver.speak();
              })
          .start();
    }
  }

  private static void collect() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // By reflection: compiled for Java 17.
  private static ThreadFactory virtualThreads() throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    return (ThreadFactory)
        Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
  }

  private static ExecutorService newExecutor() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static final class Reviver {
    final CountDownLatch latch = new CountDownLatch(1);

    void speak() {
      System.out.println("REVIVED");
    }

    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"})
    protected void finalize() throws InterruptedException {
      // Long enough for the agent to look at the threads meanwhile.
      Thread.sleep(3000);
      latch.countDown();
    }
  }
}
