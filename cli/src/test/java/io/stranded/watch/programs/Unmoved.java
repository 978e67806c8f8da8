package io.stranded.watch.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;

/**
 * Threads that do not get on, whose names begin with {@code stuck-}, among healthy ones that look
 * like them. With {@code healthy} there are only these, with {@code virtual} those of virtual
 * threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what comes in years
public final class Unmoved {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final List<Object> KEPT = new ArrayList<>();
  private static final BlockingQueue<Object> AUDIT = new ArrayBlockingQueue<>(1);
  private static final BlockingQueue<Object> NEWS = new ArrayBlockingQueue<>(1);
  private static final AtomicLong HEARTBEATS = new AtomicLong();
  private static volatile boolean stopped;

  /** Until a line is sent: nobody needs a busy processor for longer. */
  private static volatile boolean spinning = true;

  private Unmoved() {}

  /** What a thread does. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  public static void main(String[] args) throws Exception {
    boolean healthy = args.length > 0 && args[0].equals("healthy");
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    if (!healthy) {
      stuck(silent.getLocalPort());
    }
    healthy(silent);
    System.out.println("READY");
    for (int round = 0; ; round++) {
      if (!healthy) {
        start("stuck-producer", Unmoved::audit);
        grow();
      }
      start("fine-producer", Unmoved::publish);
      comeAndGo();
      Thread.sleep(400);
      NEWS.poll();
      spinning &= System.in.available() == 0;
      if (round % 10 == 0) {
        // A timer is its cleaner's until the collector has seen that nobody else has it.
        System.gc();
      }
    }
  }

  private static void stuck(int port) {
    KEPT.add(start("stuck-asleep", () -> Thread.sleep(Long.MAX_VALUE)));
    start("stuck-parked", () -> LockSupport.parkNanos(TimeUnit.DAYS.toNanos(4_000)));
    start("stuck-latch", () -> new CountDownLatch(1).await(4_000, TimeUnit.DAYS));
    start("stuck-wait", () -> waitOn(new Object(), TimeUnit.DAYS.toMillis(4_000)));
    start("stuck-http", () -> uri(port).toURL().openConnection().getInputStream().close());
    start("stuck-client", () -> get(port));
    start("stuck-spinner", Unmoved::spin);
    AUDIT.add("nobody takes it");
    // A word on some stack may have one of them look held.
    for (int i = 0; i < 3; i++) {
      refresh(new Timer("stuck-timer", /* isDaemon= */ true));
      refresh(scheduler("stuck-scheduler"));
    }
  }

  private static Timer refresh(Timer timer) {
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            HEARTBEATS.incrementAndGet();
          }
        },
        0,
        500);
    return timer;
  }

  private static ScheduledExecutorService refresh(ScheduledExecutorService scheduler) {
    scheduler.scheduleAtFixedRate(HEARTBEATS::incrementAndGet, 0, 500, TimeUnit.MILLISECONDS);
    return scheduler;
  }

  private static ScheduledExecutorService scheduler(String name) {
    return Executors.newScheduledThreadPool(
        1,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Each waits as one of the stuck does, with a reason to. */
  private static void healthy(ServerSocket silent) throws IOException {
    start("fine-asleep", () -> Thread.sleep(TimeUnit.DAYS.toMillis(1)));
    start("fine-parked", () -> LockSupport.parkNanos(TimeUnit.DAYS.toNanos(100)));
    BlockingQueue<Object> tasks = new LinkedBlockingQueue<>();
    KEPT.add(tasks);
    start("fine-consumer", () -> tasks.poll(4_000, TimeUnit.DAYS));
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 4_000, TimeUnit.DAYS, new LinkedBlockingQueue<>());
    pool.allowCoreThreadTimeOut(true);
    pool.execute(() -> {});
    KEPT.add(pool);
    KEPT.add(Executors.newScheduledThreadPool(1).schedule(() -> {}, 4_000, TimeUnit.DAYS));
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("fine-acceptor", () -> serve(server));
    // A client that keeps its connection alive, and the server's thread that waits for more.
    KEPT.add(new Socket(server.getInetAddress(), server.getLocalPort()));
    handshake();
    Socket listening = new Socket(silent.getInetAddress(), silent.getLocalPort());
    start("fine-listener", () -> listening.getInputStream().read());
    Socket timed = new Socket(silent.getInetAddress(), silent.getLocalPort());
    timed.setSoTimeout(1_000_000);
    start("fine-timed-reader", () -> timed.getInputStream().read());
    Selector selector = Selector.open();
    start("fine-selector", selector::select);
    start("fine-worker", Unmoved::work);
    for (int i = 0; i < 5; i++) {
      NEWS.offer("first");
      start("fine-producer", Unmoved::publish);
    }
    start("fine-ticker", () -> tick(100));
    KEPT.add(refresh(new Timer("fine-timer", /* isDaemon= */ true)));
    KEPT.add(refresh(scheduler("fine-scheduler")));
  }

  /** A server whose client has connected, and says nothing yet. */
  private static void handshake() throws IOException {
    ServerSocket server =
        SSLServerSocketFactory.getDefault()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    KEPT.add(server);
    KEPT.add(new Socket(server.getInetAddress(), server.getLocalPort()));
    SSLSocket client = (SSLSocket) server.accept();
    start("fine-handshake", client::startHandshake);
  }

  private static void serve(ServerSocket server) throws IOException {
    while (true) {
      Socket client = server.accept();
      start("fine-keep-alive", () -> answer(client));
    }
  }

  private static void answer(Socket client) throws IOException {
    while (client.getInputStream().read() >= 0) {
      client.getOutputStream().write(ANSWER.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  private static void tick(long millis) throws InterruptedException {
    while (!stopped) {
      Thread.sleep(millis);
    }
  }

  /** Uses the processor, and rests now and then. */
  private static void work() throws InterruptedException {
    long sum = 0;
    while (true) {
      for (int i = 0; i < 10_000_000; i++) {
        sum += Long.numberOfTrailingZeros(sum + i);
      }
      Thread.sleep(50);
    }
  }

  /** Ever more of them that tick as fast as others would take the processors in the end. */
  private static void grow() {
    start("stuck-loop", () -> tick(10_000));
  }

  private static void comeAndGo() {
    start("fine-loop", () -> Thread.sleep(3_000));
  }

  private static void audit() throws InterruptedException {
    AUDIT.put("entry");
  }

  private static void publish() throws InterruptedException {
    NEWS.put("news");
  }

  private static void spin() {
    while (spinning) {
      Thread.onSpinWait();
    }
  }

  private static void waitOn(Object monitor, long millis) throws InterruptedException {
    synchronized (monitor) {
      while (!stopped) {
        monitor.wait(millis);
      }
    }
  }

  private static void get(int port) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(uri(port)).build();
    client.send(request, HttpResponse.BodyHandlers.discarding());
  }

  private static URI uri(int port) {
    return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port);
  }

  private static Thread start(String name, Action action) {
    Thread thread = new Thread(() -> run(action), name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
