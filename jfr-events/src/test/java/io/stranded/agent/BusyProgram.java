package io.stranded.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** A program whose threads pass on turns in every way that has hooks, as often as it is told. */
public final class BusyProgram {
  private BusyProgram() {}

  /** Runs until its standard input ends: {@code work TIMES} or {@code break 0} in each line. */
  public static void main(String[] args) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("READY");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "work" -> work(Integer.parseInt(words[1]));
        case "break" -> breakHooks();
        default -> throw new IOException(line);
      }
      System.out.println("DONE " + line);
    }
  }

  private static void work(int times) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (ThreadFactory factory : factories()) {
      SynchronousQueue<Integer> queue = new SynchronousQueue<>();
      threads.add(factory.newThread(() -> put(queue, times)));
      threads.add(factory.newThread(() -> take(queue, times)));
      Turn turn = new Turn();
      threads.add(factory.newThread(() -> turn.pass(0, times)));
      threads.add(factory.newThread(() -> turn.pass(1, times)));
      threads.add(factory.newThread(() -> startMany(factory, times / 100)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void put(SynchronousQueue<Integer> queue, int times) {
    try {
      for (int i = 0; i < times; i++) {
        queue.put(i);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void take(SynchronousQueue<Integer> queue, int times) {
    try {
      for (int i = 0; i < times; i++) {
        Integer taken = i % 2 == 0 ? queue.take() : queue.poll(1, TimeUnit.DAYS);
        if (taken == null || taken != i) {
          throw new IllegalStateException(taken + " instead of " + i);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void startMany(ThreadFactory factory, int times) {
    try {
      for (int i = 0; i < times; i++) {
        CountDownLatch latch = new CountDownLatch(1);
        Thread thread = factory.newThread(latch::countDown);
        thread.start();
        latch.await();
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes every handler of the agent throw, as if something were wrong with it. */
  private static void breakHooks() throws ReflectiveOperationException {
    for (Field field :
        Class.forName("java.util.concurrent.locks.StrandedHooks").getDeclaredFields()) {
      if (field.getType().isInterface()) {
        field.setAccessible(true);
        field.set(
            null,
            Proxy.newProxyInstance(
                BusyProgram.class.getClassLoader(),
                new Class<?>[] {field.getType()},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("broken");
                }));
      }
    }
  }

  // By reflection: compiled for Java 17.
  private static List<ThreadFactory> factories() throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return List.of(Thread::new);
    }
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Object virtual = Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    return List.of(Thread::new, (ThreadFactory) virtual);
  }

  /** Whose turn it is, told by a monitor. */
  private static final class Turn {
    private int next;

    synchronized void pass(int me, int times) {
      try {
        for (int i = 0; i < times; i++) {
          while (next != me) {
            wait();
          }
          next = 1 - me;
          notifyAll();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
