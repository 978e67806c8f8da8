package io.stranded.benchmarks;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Fills a heap the way a service does, parks threads in it, and writes its dump.
 *
 * <p>Arguments: the size of the dump in megabytes, {@code service} or {@code random}, the dump's
 * file; in place of that {@code -} keeps the heap until the end of standard input. In a random heap each object refers to others anywhere in it, which is the worst there is
 * for a reader. Half of the parked threads are leaked.
 */
public final class HeapMaker {
  private static final int THREADS = 400;
  private static final int BYTES_PER_ORDER = 1_940;
  private static final int BYTES_PER_NODE = 57;
  private static final List<Object> LIVE = new ArrayList<>();

  private HeapMaker() {}

  /** An order of the service. */
  private record Order(long id, String customer, List<Item> items, Map<String, String> labels) {}

  /** A line of an order. */
  private record Item(String article, Integer count, Double price) {}

  /** A node of the random heap. */
  private static final class Node {
    private @Nullable Node first;
    private @Nullable Node second;

    @Override
    public String toString() {
      return first + " " + second;
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    long bytes = Long.parseLong(args[0]) << 20;
    LIVE.add(args[1].equals("random") ? randomHeap(bytes) : serviceHeap(bytes));
    parkThreads();
    if (args[2].equals("-")) {
      System.out.println("READY");
      System.in.transferTo(OutputStream.nullOutputStream());
    } else {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(args[2], false);
    }
    System.exit(0);
  }

  private static Object serviceHeap(long bytes) {
    Random random = new Random(1);
    Map<Long, Order> orders = new HashMap<>();
    for (long id = 0; id < bytes / BYTES_PER_ORDER; id++) {
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        items.add(new Item("article-" + random.nextInt(1_000_000), 1000 + i, random.nextDouble()));
      }
      Map<String, String> labels = new HashMap<>();
      labels.put("channel", "web-" + random.nextInt(1000));
      labels.put("region", "eu-" + random.nextInt(1000));
      orders.put(id, new Order(id, "customer-" + id, items, labels));
    }
    return orders;
  }

  private static Object randomHeap(long bytes) {
    Random random = new Random(1);
    Node[] nodes = new Node[(int) (bytes / BYTES_PER_NODE)];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = new Node();
    }
    for (Node node : nodes) {
      node.first = nodes[random.nextInt(nodes.length)];
      node.second = nodes[random.nextInt(nodes.length)];
    }
    return nodes;
  }

  private static void parkThreads() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      CountDownLatch latch = new CountDownLatch(1);
      if (i % 2 == 0) {
        LIVE.add(latch);
      }
      threads.add(parked(latch, "parked-" + i));
    }
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
    }
  }

  private static Thread parked(CountDownLatch latch, String name) {
    Thread thread =
        new Thread(
            () -> {
              try {
                latch.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
