package io.stranded.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Threads of which each, again and again, has a latch in one frame of random form and nowhere else,
 * does something in a frame some calls below for some milliseconds, and counts the latch down on
 * its way back. Another thread waits for the latch meanwhile; it does not leak. One that does waits
 * for a latch that was dropped at the start.
 *
 * <p>Arguments: a seed, the number of threads, and {@code virtual} if they are to be. Asked for the
 * number of a thread that waits, it says of which form the frame is and what is done below.
 */
final class RandomFrames {
  private static final String LEAKED = "leak";
  private static final int MOST_CALLS = 6;
  private static final int ROUNDS = 20;
  private static final MethodHandle HANDLE;
  private static final Method METHOD;
  private static final Map<Long, String> NAMES = new ConcurrentHashMap<>();

  static {
    try {
      HANDLE =
          MethodHandles.lookup()
              .findVirtual(
                  RandomFrames.class,
                  "argument",
                  MethodType.methodType(long.class, CountDownLatch.class, int.class));
      METHOD = RandomFrames.class.getDeclaredMethod("argument", CountDownLatch.class, int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What has the latch while others run below. */
  private enum Form {
    LOCAL,
    ARGUMENT,
    EXPRESSION,
    RECEIVER,
    BOXED,
    ARRAY,
    FINALLY,
    CATCH,
    SYNCHRONIZED,
    LOOP,
    MANY_LOCALS,
    LAMBDA,
    STREAM,
    OPTIONAL,
    HANDLE,
    REFLECTION,
    OWN_METHOD,
    NEW_OBJECT,
    LOADING
  }

  /**
   * A latch that may be the receiver of who has it. Who counts it down has it until the thread that
   * waits has noticed: until then that one looks as if it waited.
   */
  private static final class OwnLatch extends CountDownLatch {
    private volatile boolean noticed;

    OwnLatch() {
      super(1);
    }

    void hold(RandomFrames frames, int calls) {
      frames.below(calls);
      countDown();
    }

    @Override
    public void await() throws InterruptedException {
      super.await();
      noticed = true;
    }

    @Override
    public void countDown() {
      super.countDown();
      while (!noticed) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private record Box(CountDownLatch latch, int calls) {}

  /** What is made of a latch and what a call returns. */
  private static final class Pair {
    private final CountDownLatch latch;

    Pair(CountDownLatch latch, long result) {
      this.latch = result < 0 ? new CountDownLatch(1) : latch;
    }
  }

  /** A loader that calls while the JVM asks it for a class. */
  private final class Calling extends ClassLoader {
    private final int calls;

    Calling(int calls) {
      super(null);
      this.calls = calls;
    }

    @Override
    protected Class<?> findClass(String type) throws ClassNotFoundException {
      below(calls);
      throw new ClassNotFoundException(type);
    }
  }

  private final Random random;
  private final String name;
  private final boolean virtual;
  private Form form = Form.LOCAL;
  private RandomAction action = RandomAction.SLEEP;

  private RandomFrames(long seed, String name, boolean virtual) {
    this.random = new Random(seed);
    this.name = name;
    this.virtual = virtual;
  }

  public static void main(String[] args) throws Exception {
    long seed = Long.parseLong(args[0]);
    boolean virtual = args.length > 2 && args[2].equals("virtual");
    waiter(LEAKED, new CountDownLatch(1));
    start("releaser", RandomAction::release, /* virtual= */ false);
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      new RandomFrames(seed + i, "holder-" + i, virtual).start();
    }
    System.out.println("READY");
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String id = asked.readLine(); id != null; id = asked.readLine()) {
      System.out.println(id + " is " + NAMES.get(Long.parseLong(id)));
    }
  }

  /** Goes on in a new thread now and then, whose first frames are compiled by then. */
  private void start() {
    start(name, this::rounds, virtual);
  }

  private void rounds() {
    for (int i = 0; i < ROUNDS; i++) {
      form = oneOf(List.of(Form.values()));
      action = oneOf(List.of(RandomAction.values()));
      above(random.nextInt(MOST_CALLS), random.nextInt(MOST_CALLS));
    }
    start();
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private long above(int calls, Integer callsBelow) {
    if (calls > 0) {
      Long result = above(calls - 1, callsBelow);
      return result + calls;
    }
    hold(callsBelow);
    return callsBelow;
  }

  /** Holds a new latch in a frame of the form. */
  private void hold(int calls) {
    switch (form) {
      case LOCAL -> {
        CountDownLatch latch = latch();
        below(calls);
        latch.countDown();
      }
      case ARGUMENT -> argument(latch(), calls);
      case EXPRESSION -> release(latch(), below(calls));
      case RECEIVER -> received(calls).countDown();
      case BOXED -> {
        Box box = new Box(latch(), calls);
        below(box.calls());
        box.latch().countDown();
      }
      case ARRAY -> {
        CountDownLatch[] latches = {latch()};
        below(calls);
        latches[0].countDown();
      }
      case FINALLY -> {
        CountDownLatch latch = latch();
        try {
          below(calls);
        } finally {
          latch.countDown();
        }
      }
      case CATCH -> {
        CountDownLatch latch = latch();
        try {
          throw below(calls) < 0 ? new IllegalStateException() : new RandomAction.Thrown();
        } catch (RandomAction.Thrown e) {
          latch.countDown();
        }
      }
      case SYNCHRONIZED -> inMonitor(latch(), calls);
      case LOOP -> inLoop(latch(), calls);
      case MANY_LOCALS -> manyLocals(latch(), calls, 1, 2L, 3.0, "four", 5, 6L);
      case LAMBDA -> {
        CountDownLatch latch = latch();
        Runnable end = latch::countDown;
        below(calls);
        end.run();
      }
      case STREAM ->
          Stream.of(latch())
              .forEach(
                  latch -> {
                    below(calls);
                    latch.countDown();
                  });
      case OPTIONAL ->
          Optional.of(latch()).map(latch -> new Pair(latch, below(calls))).get().latch.countDown();
      case HANDLE -> byHandle(latch(), calls);
      case REFLECTION -> byReflection(latch(), calls);
      case OWN_METHOD -> ((OwnLatch) latch()).hold(this, calls);
      case NEW_OBJECT -> new Pair(latch(), below(calls)).latch.countDown();
      case LOADING -> whileLoading(latch(), calls);
    }
  }

  long argument(CountDownLatch latch, int calls) {
    long result = below(calls);
    latch.countDown();
    return result;
  }

  private CountDownLatch received(int calls) {
    Supplier<CountDownLatch> latch = this::latch;
    CountDownLatch made = latch.get();
    below(calls);
    return made;
  }

  private static void release(CountDownLatch latch, long result) {
    if (result >= 0) {
      latch.countDown();
    }
  }

  private void inMonitor(CountDownLatch latch, int calls) {
    synchronized (latch) {
      below(calls);
    }
    latch.countDown();
  }

  private void inLoop(CountDownLatch latch, int calls) {
    long sum = 0;
    for (int i = 0; i < 20_000; i++) {
      sum += i % 7;
      if (i == 19_000) {
        sum += below(calls);
      }
    }
    release(latch, sum);
  }

  private void manyLocals(
      CountDownLatch latch, int a, int b, long c, double d, String e, int f, long g) {
    long h = a + b * c;
    double i = d * f;
    String j = e + g;
    long result = below(a);
    release(latch, result + h + (long) i + j.length() + b + c + f + g);
  }

  private void byHandle(CountDownLatch latch, int calls) {
    try {
      long ignored = (long) HANDLE.invokeExact(this, latch, calls);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void byReflection(CountDownLatch latch, int calls) {
    try {
      METHOD.invoke(this, latch, calls);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private void whileLoading(CountDownLatch latch, int calls) {
    try {
      Class.forName("no.such.Type", false, new Calling(calls));
    } catch (ClassNotFoundException e) {
      latch.countDown();
    }
  }

  /** Frames that have nothing. */
  private long below(int calls) {
    if (calls > 0) {
      return 1 + below(calls - 1);
    }
    try {
      action.act(random);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return 0;
  }

  /** A latch that a thread of its own waits for. */
  private CountDownLatch latch() {
    CountDownLatch latch = new OwnLatch();
    waiter("waiter of " + name + " " + form + " " + action, latch);
    return latch;
  }

  private static void waiter(String name, CountDownLatch latch) {
    Thread thread =
        new Thread(
            () -> {
              try {
                latch.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            name);
    NAMES.put(thread.getId(), name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void start(String name, Runnable task, boolean virtual) {
    if (virtual) {
      try {
        // Thread.startVirtualThread(task), which a build for 17 cannot name.
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      return;
    }
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
