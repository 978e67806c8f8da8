package io.stranded.snapshot;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Threads that leak and their healthy twins, in a heap of so many megabytes in random order, beside
 * threads that keep compiler, collector and class unloading busy. Names tell who leaks.
 */
final class LeaksAndTwins {
  private static final int EACH = 5;
  private static final int NODES = 1000;

  private static final List<Object> HEAP = new ArrayList<>();
  private static final List<CountDownLatch> HELD = new ArrayList<>();

  /** Something for the heap. */
  private record Node(Object first, Object second, Object bytes) {}

  /** What is loaded again and again. */
  static final class Template {
    static Object held = new Object();
  }

  private LeaksAndTwins() {}

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < EACH; i++) {
      start("LEAK-" + i, new CountDownLatch(1)::await);
      start("OK-" + i, held()::await);
    }
    chain("LEAK", new CountDownLatch(1));
    chain("OK", held());
    heldByLocal();
    fill(Long.parseLong(args[0]));
    if (args.length > 1) {
      start("compiling", LeaksAndTwins::compile);
      start("allocating", LeaksAndTwins::allocate);
      start("unloading", LeaksAndTwins::unload);
    }
    System.out.println("READY");
    System.in.read();
  }

  private static CountDownLatch held() {
    CountDownLatch latch = new CountDownLatch(1);
    HELD.add(latch);
    return latch;
  }

  private static void chain(String name, CountDownLatch inner) {
    CountDownLatch outer = new CountDownLatch(1);
    start(
        name + "-holder",
        () -> {
          inner.await();
          outer.countDown();
        });
    start(name + "-behind", outer::await);
  }

  private static void heldByLocal() {
    CountDownLatch latch = new CountDownLatch(1);
    start("OK-local", latch::await);
    start(
        "sleeper",
        () -> {
          Thread.sleep(Long.MAX_VALUE);
          latch.countDown();
        });
  }

  private static void fill(long megabytes) {
    Random random = new Random(1);
    Runtime runtime = Runtime.getRuntime();
    Object last = "first";
    while (runtime.totalMemory() - runtime.freeMemory() < megabytes << 20) {
      Node[] nodes = new Node[NODES];
      for (int i = 0; i < NODES; i++) {
        Object other = HEAP.isEmpty() ? last : HEAP.get(random.nextInt(HEAP.size()));
        last = random.nextInt(NODES) == 0 ? "first" : new Node(last, other, new byte[16]);
        nodes[i] = last instanceof Node node ? node : null;
      }
      HEAP.add(nodes);
    }
  }

  private static void compile() throws InterruptedException {
    for (int i = 0; ; i++) {
      String made = IntStream.range(0, 50).mapToObj(x -> "x" + x).collect(Collectors.joining());
      if (made.isEmpty() || i % 50 == 0) {
        Thread.sleep(1);
      }
    }
  }

  private static void allocate() throws InterruptedException {
    for (int i = 0; ; i++) {
      HEAP.set(i % HEAP.size(), new Node[] {new Node("a", HEAP.get(0), new byte[1000])});
      if (i % 100 == 0) {
        Thread.sleep(1);
      }
    }
  }

  private static void unload() throws Exception {
    byte[] template = template();
    for (int i = 0; ; i++) {
      MethodHandles.lookup().defineHiddenClass(template, /* initialize= */ true);
      new OneClass().define(template);
      if (i % 20 == 0) {
        System.gc();
      }
      Thread.sleep(1);
    }
  }

  private static byte[] template() throws IOException {
    try (var in = Template.class.getResourceAsStream("LeaksAndTwins$Template.class")) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }

  /** A loader that is dropped with its class. */
  private static final class OneClass extends ClassLoader {
    void define(byte[] bytes) throws ReflectiveOperationException {
      Class<?> type = defineClass(null, bytes, 0, bytes.length);
      type.getDeclaredField("held").setAccessible(true);
      Class.forName(type.getName(), /* initialize= */ true, this);
    }
  }

  /** What a thread does. */
  private interface Body {
    void run() throws Exception;
  }

  private static void start(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Exception e) {
                throw new IllegalStateException(name, e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
