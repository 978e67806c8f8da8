package io.stranded.benchmarks;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Fills a heap the way a service does, parks threads in it, and writes its dump.
 *
 * <p>Arguments: the size of the dump in megabytes, the kind of heap, the dump's file; in place of
 * that {@code -} keeps the heap until the end of standard input. Half of the parked threads, 400 or
 * as many as {@code -Dthreads} says, are leaked. The kinds:
 *
 * <ul>
 *   <li>{@code service}: orders as they were loaded, one after the other, nothing shared: what
 *       belongs together lies together;
 *   <li>{@code aged}: orders that share customers and articles, after several threads have replaced
 *       each some times while the collector moved them: what belongs to an order still lies
 *       together, what refers to it does not;
 *   <li>{@code random}: each object refers to others anywhere, which is the worst for a reader.
 * </ul>
 */
public final class HeapMaker {
  private static final int THREADS = Integer.getInteger("threads", 400);
  private static final int BYTES_PER_ORDER = 1_940;
  private static final int BYTES_PER_SHARED_ORDER = 1_200;
  private static final int CLIENTS = 4;

  /** How often the id of an order is used again, on average. */
  private static final int REPLACEMENTS = 3;

  private static final int BYTES_PER_NODE = 57;
  private static final List<Object> LIVE = new ArrayList<>();

  private HeapMaker() {}

  /** An order of the service. */
  private record Order(long id, String customer, List<Item> items, Map<String, String> labels) {}

  /** A line of an order. */
  private record Item(String article, Integer count, Double price) {}

  /** Who orders, in the aged heap. */
  private record Customer(String name, AtomicReference<SharedOrder> latest) {}

  /** What is ordered, in the aged heap. */
  private record Article(String name, Double price) {}

  /** An order of the aged heap. */
  private record SharedOrder(
      Long id,
      Customer customer,
      Instant placed,
      List<Line> lines,
      Map<String, String> labels,
      byte[] note) {}

  /** A line of an order of the aged heap. */
  private record Line(Article article, Integer count) {}

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
    LIVE.add(
        switch (args[1]) {
          case "service" -> serviceHeap(bytes);
          case "aged" -> agedHeap(bytes);
          case "random" -> randomHeap(bytes);
          default -> throw new IllegalArgumentException(args[1]);
        });
    parkThreads();
    if (args[2].equals("-")) {
      System.out.println("READY");
      System.in.transferTo(OutputStream.nullOutputStream());
    } else {
      // Without garbage, so that it is as large as asked for.
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(args[2], true);
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
      orders.put(id, new Order(id, "customer-" + id, items, labels(random)));
    }
    return orders;
  }

  private static Object agedHeap(long bytes) throws InterruptedException {
    int count = (int) (bytes / BYTES_PER_SHARED_ORDER);
    List<Customer> customers = new ArrayList<>();
    List<Article> articles = new ArrayList<>();
    for (int i = 0; i < count / 10; i++) {
      customers.add(new Customer("customer-" + i, new AtomicReference<>()));
      articles.add(new Article("article-" + i, i / 100.0));
    }
    Map<Long, SharedOrder> orders = new ConcurrentHashMap<>();
    Map<Long, SharedOrder> byTime = new ConcurrentSkipListMap<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Random random = new Random(i);
      Thread client =
          new Thread(
              () -> {
                for (int k = 0; k < count / CLIENTS * REPLACEMENTS; k++) {
                  SharedOrder order = order(random, count, customers, articles);
                  order.customer.latest.set(order);
                  orders.put(order.id, order);
                  byTime.put(order.id, order);
                }
              });
      clients.add(client);
      client.start();
    }
    for (Thread client : clients) {
      client.join();
    }
    return List.of(customers, articles, orders, byTime);
  }

  private static SharedOrder order(
      Random random, int count, List<Customer> customers, List<Article> articles) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lines.add(new Line(articles.get(random.nextInt(articles.size())), 1000 + i));
    }
    return new SharedOrder(
        (long) random.nextInt(count),
        customers.get(random.nextInt(customers.size())),
        Instant.ofEpochSecond(random.nextInt()),
        lines,
        labels(random),
        new byte[random.nextInt(200)]);
  }

  private static Map<String, String> labels(Random random) {
    Map<String, String> labels = new HashMap<>();
    labels.put("channel", "web-" + random.nextInt(1000));
    labels.put("region", "eu-" + random.nextInt(1000));
    return labels;
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
