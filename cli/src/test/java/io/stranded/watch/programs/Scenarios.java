package io.stranded.watch.programs;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Twenty ways in which threads are left behind, or seem to be, in one program. The threads that are
 * stuck are called {@code scenario/stuck}, and their healthy twins, which do the same with a reason
 * to, {@code scenario/fine}. What a request would leak is leaked twice a second. The argument says
 * whether the threads that are no pool's are virtual.
 */
@SuppressWarnings({
  "FutureReturnValueIgnored", // nobody waits for what is dropped
  "WaitNotInLoop", // whoever waits is waited for
  "UnusedVariable"
})
public final class Scenarios {
  private static final int ROUND_MILLIS = 500;

  /**
   * Who looks for longer than a minute has a busy machine, which thousands of threads do not help.
   */
  private static final int FAST_ROUNDS = 120;

  private static final int SLOW_DOWN = 10;
  private static final int BY_DESIGN = 20;
  private static final Object POISON = new Object();

  /** What a running service holds on to. */
  private static final List<Object> KEPT = new ArrayList<>();

  private static final ConcurrentLinkedQueue<Socket> ACCEPTED = new ConcurrentLinkedQueue<>();

  /** What has the twins go on, each round. */
  private static final List<Runnable> RELEASES = new ArrayList<>();

  /** What those wait for who make something new each time. */
  private static final ConcurrentLinkedQueue<Runnable> AWAITED = new ConcurrentLinkedQueue<>();

  /** One whose subscriber has ended, and one whose subscriber reads on. */
  private static final BlockingQueue<Object> DEAD = new ArrayBlockingQueue<>(1);

  private static final BlockingQueue<Object> LIVE = new ArrayBlockingQueue<>(1);

  private static volatile boolean stopped;

  private final boolean virtual;
  private final int silentPort;

  private Scenarios(boolean virtual, int silentPort) {
    this.virtual = virtual;
    this.silentPort = silentPort;
  }

  /** What a thread does. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  /** Waits until it is told to stop, which whoever has it can do. */
  private static final class Poller {
    private boolean told;

    synchronized void run() throws InterruptedException {
      while (!told) {
        wait();
      }
      told = false;
    }

    synchronized void stop() {
      told = true;
      notifyAll();
    }
  }

  public static void main(String[] args) throws Exception {
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor = new Thread(() -> acceptAll(silent), "acceptor/fine");
    acceptor.setDaemon(true);
    acceptor.start();
    Scenarios scenarios = new Scenarios(Boolean.parseBoolean(args[0]), silent.getLocalPort());
    scenarios.once();
    scenarios.fine();
    System.out.println("READY");
    for (int round = 0; ; round++) {
      if (round < FAST_ROUNDS || round % SLOW_DOWN == 0) {
        scenarios.again();
      }
      RELEASES.forEach(Runnable::run);
      // Whoever is released soon waits for more, which is for the next round.
      for (Runnable one : List.copyOf(AWAITED)) {
        AWAITED.remove(one);
        one.run();
      }
      Thread.sleep(ROUND_MILLIS);
    }
  }

  /** What one mistake leaves behind. */
  private void once() throws Exception {
    httpWithoutTimeout();
    errgroupWithoutCancellation();
    selectThatCannotWin();
    lostDone();
    backgroundRefresh();
    ownerThatDiedWithTheLock();
    if (!virtual) {
      start("spinning-default/stuck", Scenarios::spin);
    }
    twoPhaseTest();
    drainWithoutClose();
    goleakIsRight();
    oneStackTwoCauses();
  }

  /** What each request leaves behind. */
  private void again() throws Exception {
    start("dead-subscriber/stuck", () -> DEAD.put("event"));
    timeAfter();
    channelNeverClosed();
    start("stop-flag/stuck", new Poller()::run);
    unbufferedDone();
    Socket connection = new Socket(InetAddress.getLoopbackAddress(), silentPort);
    start("silent-peer/stuck", () -> read(connection));
    strippedFrames();
  }

  private void fine() throws Exception {
    loop("dead-subscriber/fine", () -> LIVE.put("event"));
    RELEASES.add(LIVE::poll);
    ScheduledExecutorService timeouts = scheduler("time-after/fine");
    RELEASES.add(() -> timeouts.schedule(() -> {}, 1, TimeUnit.MILLISECONDS));
    URLConnection timed = uri().toURL().openConnection();
    timed.setReadTimeout(3_600_000);
    start("http/fine", () -> timed.getInputStream().close());
    loopOnQueue("errgroup/fine", new ArrayBlockingQueue<>(1));
    BlockingQueue<Object> channel = new LinkedBlockingQueue<>();
    loop("channel/fine", channel::take);
    RELEASES.add(() -> channel.add("element"));
    loop("select/fine", () -> winning().join());
    ExecutorService many = Executors.newFixedThreadPool(BY_DESIGN, named("many/fine"));
    for (int i = 0; i < BY_DESIGN; i++) {
      many.execute(() -> {});
      BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
      KEPT.add(queue);
      loop("many-consumers/fine", queue::take);
    }
    KEPT.add(many);
    loop("lost-done/fine", () -> counted().await());
    Poller poller = new Poller();
    loop("stop-flag/fine", poller::run);
    RELEASES.add(poller::stop);
    ScheduledExecutorService refresher = scheduler("refresh/fine");
    refresher.scheduleAtFixedRate(() -> {}, 0, 10, TimeUnit.MINUTES);
    KEPT.add(refresher);
    SynchronousQueue<Object> done = new SynchronousQueue<>();
    loop("unbuffered-done/fine", () -> done.put("done"));
    RELEASES.add(done::poll);
    moreFine();
  }

  private void moreFine() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    loop("dead-owner/fine", () -> lockFor(lock, 50));
    loop("dead-owner/fine", () -> lockFor(lock, 50));
    start("spinning-default/fine", Scenarios::work);
    CyclicBarrier barrier = new CyclicBarrier(2);
    loop("two-phase/fine", () -> meet(barrier));
    loop("two-phase/fine", () -> meet(barrier));
    Socket listening = new Socket(InetAddress.getLoopbackAddress(), silentPort);
    listening.setSoTimeout(3_600_000);
    start("silent-peer/fine", () -> listening.getInputStream().read());
    loop("drain/fine", this::drainAndClose);
    Semaphore permits = new Semaphore(0);
    loop("goleak/fine", permits::acquire);
    RELEASES.add(permits::release);
    loop("one-stack/fine", () -> pass(counted()));
    ReentrantLock guard = new ReentrantLock();
    Condition condition = guard.newCondition();
    loop("stripped/fine", proxied(() -> await(guard, condition)));
    RELEASES.add(() -> signal(guard, condition));
    // The runtime's own threads, and those of libraries, by their own names.
    KEPT.add(Cleaner.create());
    KEPT.add(HttpClient.newHttpClient());
    ForkJoinPool.commonPool().submit(() -> {}).get();
  }

  private void httpWithoutTimeout() throws IOException {
    URLConnection connection = uri().toURL().openConnection();
    start("http/stuck", () -> connection.getInputStream().close());
  }

  private URI uri() {
    return URI.create(
        "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + silentPort);
  }

  /** The first error is taken, and the group left with its other results. */
  private void errgroupWithoutCancellation() {
    BlockingQueue<Object> results = new ArrayBlockingQueue<>(1);
    results.add("error");
    start("errgroup/stuck", () -> results.put("result"));
  }

  private void selectThatCannotWin() {
    CompletableFuture<Object> one = new CompletableFuture<>();
    CompletableFuture<Object> other = new CompletableFuture<>();
    start("select/stuck", () -> CompletableFuture.anyOf(one, other).join());
  }

  private void lostDone() {
    CountDownLatch latch = new CountDownLatch(2);
    start("lost-done/stuck", latch::await);
    latch.countDown();
  }

  /** A cache that nobody has any more is refreshed for ever. */
  private static void backgroundRefresh() {
    scheduler("refresh/stuck").scheduleAtFixedRate(() -> {}, 0, 10, TimeUnit.MINUTES);
  }

  private void ownerThatDiedWithTheLock() throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    Thread owner = new Thread(lock::lock, "owner");
    owner.start();
    owner.join();
    start("dead-owner/stuck", lock::lock);
  }

  private void twoPhaseTest() {
    CyclicBarrier barrier = new CyclicBarrier(2);
    start("two-phase/stuck", barrier::await);
  }

  private void drainWithoutClose() {
    BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    Thread worker = start("drain/stuck", () -> drain(queue));
    start("drain-waiter/stuck", worker::join);
  }

  private void drainAndClose() throws InterruptedException {
    BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    Thread worker = start("drained/fine", () -> drain(queue));
    queue.add(POISON);
    worker.join();
    Thread.sleep(100);
  }

  private static void drain(BlockingQueue<Object> queue) throws InterruptedException {
    while (queue.take() != POISON) {
      // What it was is of no account here.
    }
  }

  private void goleakIsRight() {
    Semaphore permits = new Semaphore(0);
    start("goleak/stuck", permits::acquire);
  }

  /** One can never be ended, one by an interrupt alone, and their twin is released. */
  private void oneStackTwoCauses() {
    CountDownLatch one = new CountDownLatch(1);
    start("one-stack/stuck", () -> pass(one));
    CountDownLatch other = new CountDownLatch(1);
    KEPT.add(start("one-stack-with-handle/stuck", () -> pass(other)));
  }

  /** The pool of a timeout that has passed; each request makes its own. */
  private static void timeAfter() {
    scheduler("time-after/stuck").schedule(() -> {}, 1, TimeUnit.MILLISECONDS);
  }

  private void channelNeverClosed() {
    BlockingQueue<Object> channel = new LinkedBlockingQueue<>();
    start("channel/stuck", channel::take);
  }

  private void unbufferedDone() {
    SynchronousQueue<Object> done = new SynchronousQueue<>();
    start("unbuffered-done/stuck", () -> done.put("done"));
  }

  private void strippedFrames() {
    ReentrantLock lock = new ReentrantLock();
    Condition condition = lock.newCondition();
    start("stripped/stuck", proxied(() -> await(lock, condition)));
  }

  /** Calls it by way of frames that have neither file nor line. */
  private static Body proxied(Body body) {
    return (Body)
        Proxy.newProxyInstance(
            Scenarios.class.getClassLoader(),
            new Class<?>[] {Body.class},
            (proxy, method, arguments) -> {
              body.run();
              return "";
            });
  }

  private static void await(ReentrantLock lock, Condition condition) throws InterruptedException {
    lock.lock();
    try {
      condition.await();
    } finally {
      lock.unlock();
    }
  }

  private static void signal(ReentrantLock lock, Condition condition) {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static CountDownLatch counted() {
    CountDownLatch latch = new CountDownLatch(1);
    AWAITED.add(latch::countDown);
    return latch;
  }

  private static CompletableFuture<Object> winning() {
    CompletableFuture<Object> one = new CompletableFuture<>();
    AWAITED.add(() -> one.complete("won"));
    return CompletableFuture.anyOf(one, new CompletableFuture<>());
  }

  private static void pass(CountDownLatch latch) throws InterruptedException {
    latch.await();
  }

  private static void lockFor(ReentrantLock lock, int millis) throws InterruptedException {
    lock.lock();
    try {
      Thread.sleep(millis);
    } finally {
      lock.unlock();
    }
  }

  private static void meet(CyclicBarrier barrier) throws Exception {
    barrier.await();
    Thread.sleep(100);
  }

  private void loopOnQueue(String name, BlockingQueue<Object> queue) {
    loop(name, () -> queue.put("result"));
    RELEASES.add(queue::poll);
  }

  private static void read(Socket connection) throws IOException {
    connection.getInputStream().read();
  }

  private static void spin() {
    while (!stopped) {
      Thread.onSpinWait();
    }
  }

  /** Uses the processor, and rests now and then. */
  private static void work() throws InterruptedException {
    long sum = 0;
    while (!stopped) {
      for (int i = 0; i < 1_000_000; i++) {
        sum += Long.numberOfTrailingZeros(sum + i);
      }
      Thread.sleep(50);
    }
  }

  private static void acceptAll(ServerSocket server) {
    try {
      while (!stopped) {
        ACCEPTED.add(server.accept());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ScheduledExecutorService scheduler(String name) {
    return Executors.newScheduledThreadPool(1, named(name));
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private Thread loop(String name, Body body) {
    return start(
        name,
        () -> {
          while (!stopped) {
            body.run();
          }
        });
  }

  private Thread start(String name, Body body) {
    Runnable task = () -> run(body);
    if (virtual) {
      return startVirtual(name, task);
    }
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void run(Body body) {
    try {
      body.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code Thread.ofVirtual().name(name).start(task)}, which a build for 17 cannot name. */
  private static Thread startVirtual(String name, Runnable task) {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object withName = type.getMethod("name", String.class).invoke(builder, name);
      return (Thread) type.getMethod("start", Runnable.class).invoke(withName, task);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("virtual threads need JDK 21", e);
    }
  }
}
