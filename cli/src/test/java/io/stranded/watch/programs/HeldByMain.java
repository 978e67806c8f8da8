package io.stranded.watch.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Leaks a thread while its main thread waits for ever, and alone holds more than most. */
public final class HeldByMain {
  private static final int OBJECTS = 3_000_000;

  private HeldByMain() {}

  public static void main(String[] args) throws InterruptedException {
    List<Object> held = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      held.add(new int[4]);
    }
    Thread starter = new Thread(HeldByMain::leak, "starter");
    starter.start();
    starter.join();
    System.out.println("READY");
    new CountDownLatch(1).await();
    System.out.println(held.size());
  }

  private static void leak() {
    Thread thread = new Thread(HeldByMain::waitForEver, "leaked");
    thread.setDaemon(true);
    thread.start();
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
