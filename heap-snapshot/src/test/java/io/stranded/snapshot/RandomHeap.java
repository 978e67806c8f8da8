package io.stranded.snapshot;

import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Random graphs, built of real objects and threads: so many, from a seed on. */
final class RandomHeap {
  private static final List<Object> ROOTS = new ArrayList<>();

  private RandomHeap() {}

  /** An object that others refer to in several ways. */
  static final class Node {
    private final CountDownLatch latch = new CountDownLatch(1);
    private Object field = this;
    private Object[] array = {};
    private final List<Object> list = new ArrayList<>();

    void add(Object value) {
      if (field == this) {
        field = value;
      } else if (array.length == 0) {
        array = new Object[] {value};
      } else {
        list.add(value);
      }
    }
  }

  /** What a thread does for ever; only its own stack has this. */
  private record Task(
      RandomGraph.Kind kind,
      CountDownLatch latch,
      ReentrantLock awaited,
      ReentrantLock owned,
      List<Node> stack,
      CountDownLatch begun)
      implements Runnable {
    @Override
    public void run() {
      owned.lock();
      begun.countDown();
      try {
        while (true) {
          switch (kind) {
            case AWAITING -> await(latch);
            case BARE -> LockSupport.park();
            case LOCKING -> awaited.lock();
          }
        }
      } finally {
        Reference.reachabilityFence(stack);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A thread with references of its own, which whoever has the thread gets at. */
  private static final class Waiter extends Thread {
    private final List<Node> own;

    Waiter(Task task, String name, List<Node> own) {
      super(null, task, name, 1 << 16);
      this.own = own;
      setDaemon(true);
    }

    int owned() {
      return own.size();
    }
  }

  public static void main(String[] args) throws Exception {
    int from = Integer.parseInt(args[0]);
    int count = Integer.parseInt(args[1]);
    // Nothing of what was built stays on a stack: this thread ends.
    Thread builder =
        new Thread(
            () -> {
              for (int seed = from; seed < from + count; seed++) {
                build(RandomGraph.of(seed));
              }
            });
    builder.start();
    builder.join();
    System.out.println("READY");
    System.in.read();
  }

  private static void build(RandomGraph graph) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < graph.nodes(); i++) {
      nodes.add(new Node());
    }
    List<ReentrantLock> locks = new ArrayList<>();
    List<Waiter> threads = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(graph.waiters().size());
    for (RandomGraph.Waiter waiter : graph.waiters()) {
      ReentrantLock own = new ReentrantLock();
      RandomGraph.Kind kind = waiter.kind();
      Task task =
          new Task(
              kind,
              kind == RandomGraph.Kind.AWAITING ? nodes.get(waiter.target()).latch : begun,
              kind == RandomGraph.Kind.LOCKING ? locks.get(waiter.target()) : own,
              own,
              of(nodes, waiter.stack()),
              begun);
      locks.add(own);
      threads.add(new Waiter(task, waiter.name(), of(nodes, waiter.own())));
    }
    for (RandomGraph.Link link : graph.links()) {
      nodes.get(link.from()).add(softly(nodes.get(link.to()), link.soft()));
    }
    for (RandomGraph.Handle handle : graph.handles()) {
      nodes.get(handle.from()).add(softly(threads.get(handle.waiter()), handle.soft()));
    }
    graph.roots().forEach(root -> ROOTS.add(nodes.get(root)));
    // Each has its own lock before one that awaits it begins.
    for (Waiter thread : threads) {
      thread.start();
      awaitWaiting(thread);
    }
  }

  private static Object softly(Object value, boolean soft) {
    return soft ? new SoftReference<>(value) : value;
  }

  private static List<Node> of(List<Node> nodes, List<Integer> numbers) {
    return numbers.stream().map(nodes::get).toList();
  }

  private static void awaitWaiting(Waiter thread) {
    while (thread.getState() != Thread.State.WAITING || thread.owned() < 0) {
      Thread.onSpinWait();
    }
  }
}
