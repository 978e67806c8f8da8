package io.stranded.silence;

import io.stranded.silence.servers.Client;
import io.stranded.silence.servers.Clients;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that make one request after the other. */
final class Load {
  private static final int CLIENTS = 12;
  private static final int PAUSE_MILLIS = 2;

  private final Clients clients;
  private final List<Thread> threads = new ArrayList<>();
  private final List<AtomicLong> answered = new ArrayList<>();
  private volatile boolean stopping;

  Load(Clients clients) {
    this.clients = clients;
  }

  /** Returns when each client has had an answer. */
  void start() throws InterruptedException {
    stopping = false;
    for (int i = 0; i < CLIENTS; i++) {
      int number = i;
      AtomicLong count = new AtomicLong();
      answered.add(count);
      threads.add(new Thread(() -> work(number, count), "client-" + i));
    }
    threads.forEach(Thread::start);
    for (AtomicLong count : answered) {
      while (count.get() == 0) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Returns the number of requests when all clients have ended. */
  long stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    long requests = answered.stream().mapToLong(AtomicLong::get).sum();
    threads.clear();
    answered.clear();
    return requests;
  }

  private void work(int number, AtomicLong count) {
    try {
      Client client = clients.connect(number);
      while (!stopping) {
        client.request();
        count.incrementAndGet();
        Thread.sleep(PAUSE_MILLIS);
      }
      client.end();
    } catch (Exception | Error e) {
      if (!isEnding()) {
        e.printStackTrace();
        Runtime.getRuntime().halt(1);
      }
    }
  }

  /** A JVM that ends takes its server away from the clients. */
  private static boolean isEnding() {
    Thread hook = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
