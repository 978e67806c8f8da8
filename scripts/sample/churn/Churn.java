import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Starts and ends a given number of threads each second, half of which wait for a while, and leaks
 * one every so many milliseconds. One argument for each; on a line of input it leaks no more and
 * prints what it has done.
 */
final class Churn {
  private static volatile long started;
  private static volatile long leaked;
  private static volatile boolean leaking = true;

  private Churn() {}

  public static void main(String[] args) throws Exception {
    int perSecond = Integer.parseInt(args[0]);
    int leakMillis = Integer.parseInt(args[1]);
    daemon("churn", () -> churn(perSecond));
    Thread leaker = daemon("leaker", () -> leak(leakMillis));
    for (int i = 0; i < 4; i++) {
      LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
      daemon("idle-" + i, () -> tasks.take().run());
      KEPT[i] = tasks;
    }
    System.out.println("READY");
    while (System.in.read() >= 0) {
      leaking = false;
      leaker.join();
      System.out.println("started " + started + " leaked " + leaked);
    }
  }

  private static final Object[] KEPT = new Object[4];

  private interface Task {
    void run() throws Exception;
  }

  private static Thread daemon(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void churn(int perSecond) throws InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      long due = (System.nanoTime() - begin) / 1_000_000 * perSecond / 1000;
      for (; started < due; started++) {
        CountDownLatch latch = new CountDownLatch(1);
        daemon("short-lived", latch::await);
        latch.countDown();
      }
      Thread.sleep(5);
    }
  }

  private static void leak(int millis) throws InterruptedException {
    while (leaking && millis > 0) {
      daemon("leaked", () -> new CountDownLatch(1).await());
      leaked++;
      Thread.sleep(millis);
    }
  }
}
