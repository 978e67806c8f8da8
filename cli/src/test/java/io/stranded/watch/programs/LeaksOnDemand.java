package io.stranded.watch.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Reads commands: {@code leak N} starts so many threads that wait for ever, {@code interrupt} ends
 * them all, {@code fill N} keeps so many objects.
 */
public final class LeaksOnDemand {
  private static final String NAME = "on-demand";
  private static final List<Object> KEPT = new ArrayList<>();

  private LeaksOnDemand() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("READY");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      int space = line.indexOf(' ');
      int number = space < 0 ? 0 : Integer.parseInt(line.substring(space + 1));
      switch (space < 0 ? line : line.substring(0, space)) {
        case "interrupt" -> interrupt();
        case "fill" -> fill(number);
        default -> leakElsewhere(number);
      }
    }
  }

  /** What the thread that starts them leaves on its stack, as their handles, is gone with it. */
  private static void leakElsewhere(int threads) throws InterruptedException {
    Thread starter = new Thread(() -> leak(threads), "starter");
    starter.start();
    starter.join();
  }

  private static void leak(int threads) {
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(LeaksOnDemand::waitForEver, NAME);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void fill(int objects) {
    for (int i = 0; i < objects; i++) {
      KEPT.add(new int[4]);
    }
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      return;
    }
  }

  private static void interrupt() {
    Thread[] all = new Thread[Thread.activeCount() + 100];
    int count = Thread.enumerate(all);
    for (int i = 0; i < count; i++) {
      if (all[i].getName().equals(NAME)) {
        all[i].interrupt();
      }
    }
  }
}
