package io.stranded.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random graph of objects and waiting threads, the same for the program that builds it and the
 * test that asks the oracle of it.
 *
 * @param nodes how many objects there are
 * @param roots those that a static field leads to
 * @param links references between objects
 * @param handles references of objects to threads
 * @param waiters the threads
 */
record RandomGraph(
    int nodes, List<Integer> roots, List<Link> links, List<Handle> handles, List<Waiter> waiters) {
  /** A reference, or a soft reference. */
  record Link(int from, int to, boolean soft) {}

  /** A reference to a thread, or a soft one. */
  record Handle(int from, int waiter, boolean soft) {}

  /** What a thread does. */
  enum Kind {
    /** Waits for the latch of an object. */
    AWAITING,
    /** Parks on nothing. */
    BARE,
    /** Waits for a lock that an earlier thread has. */
    LOCKING
  }

  /**
   * A thread.
   *
   * @param target the object whose latch it awaits, or the number of the thread whose lock
   * @param stack the objects that its stack has
   * @param own the objects that a field of its own class leads to
   */
  record Waiter(String name, Kind kind, int target, List<Integer> stack, List<Integer> own) {}

  static RandomGraph of(int seed) {
    Random random = new Random(seed * 31L + 7);
    int nodes = 3 + random.nextInt(20);
    int threads = 1 + random.nextInt(7);
    List<Integer> roots = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    List<Handle> handles = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      if (random.nextInt(8) == 0) {
        roots.add(i);
      }
      for (int n = random.nextInt(3); n > 0; n--) {
        links.add(new Link(i, random.nextInt(nodes), random.nextInt(5) == 0));
      }
      if (random.nextInt(6) == 0) {
        handles.add(new Handle(i, random.nextInt(threads), random.nextInt(4) == 0));
      }
    }
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int choice = random.nextInt(6);
      Kind kind = choice == 0 ? Kind.BARE : choice == 1 && i > 0 ? Kind.LOCKING : Kind.AWAITING;
      int target = random.nextInt(kind == Kind.LOCKING ? i : nodes);
      waiters.add(
          new Waiter(
              "graph-" + seed + "-thread-" + i,
              kind,
              target,
              some(random, nodes),
              random.nextInt(3) == 0 ? some(random, nodes) : List.of()));
    }
    return new RandomGraph(nodes, roots, links, handles, waiters);
  }

  private static List<Integer> some(Random random, int nodes) {
    List<Integer> some = new ArrayList<>();
    for (int n = random.nextInt(3); n > 0; n--) {
      some.add(random.nextInt(nodes));
    }
    return some;
  }
}
