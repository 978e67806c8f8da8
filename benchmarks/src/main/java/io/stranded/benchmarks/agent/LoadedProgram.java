package io.stranded.benchmarks.agent;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;

/**
 * The program that is measured. It answers each line of its input with one line:
 *
 * <ul>
 *   <li>{@code run LOAD platform|virtual}: the CPU and wall time of one operation, in nanoseconds
 *   <li>{@code memory COUNT platform|virtual}: bytes of heap for each of so many parked threads
 *   <li>{@code serve any platform|virtual}: the port of a web server
 *   <li>{@code cpu any any}: the CPU time of the process, in nanoseconds
 * </ul>
 */
public final class LoadedProgram {
  private static final int WARM_UP = 3;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private LoadedProgram() {}

  /** Runs until its input ends. */
  public static void main(String[] args)
      throws IOException, InterruptedException, ReflectiveOperationException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      boolean virtual = words[2].equals("virtual");
      ThreadFactory threads = virtual ? virtualThreads() : Thread::new;
      System.out.println(
          switch (words[0]) {
            case "run" -> run(Load.valueOf(words[1]), threads, virtual);
            case "memory" -> bytesPerThread(threads, Integer.parseInt(words[1]));
            case "serve" -> WebServer.start(threads);
            case "cpu" -> SYSTEM.getProcessCpuTime();
            default -> throw new IOException(line);
          });
    }
    System.exit(0);
  }

  private static String run(Load load, ThreadFactory threads, boolean virtual)
      throws InterruptedException {
    int times = load.times(virtual);
    long cpu = SYSTEM.getProcessCpuTime();
    long wall = System.nanoTime();
    load.run(threads, times);
    wall = System.nanoTime() - wall;
    cpu = SYSTEM.getProcessCpuTime() - cpu;
    return (double) cpu / times + " " + (double) wall / times;
  }

  private static double bytesPerThread(ThreadFactory threads, int count)
      throws InterruptedException {
    // So that neither what is made once is counted nor the larger frames of code not yet compiled.
    for (int i = 0; i < WARM_UP; i++) {
      parkedBytes(threads, count);
    }
    return (double) parkedBytes(threads, count) / count;
  }

  private static long parkedBytes(ThreadFactory threads, int count) throws InterruptedException {
    Thread[] started = new Thread[count];
    CountDownLatch end = new CountDownLatch(1);
    long before = usedHeap();
    for (int i = 0; i < count; i++) {
      started[i] =
          threads.newThread(
              () -> {
                try {
                  end.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      started[i].start();
    }
    for (Thread thread : started) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
    }
    long after = usedHeap();
    end.countDown();
    for (Thread thread : started) {
      thread.join();
    }
    return after - before;
  }

  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  // By reflection: compiled for Java 17.
  private static ThreadFactory virtualThreads() throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    return (ThreadFactory)
        Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
  }
}
