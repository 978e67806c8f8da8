package io.stranded.silence.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A service on thousands of virtual threads: one for each session, which waits at the session's
 * queue, and some for each request, which wait for each other and for what all of them share.
 */
final class VirtualService {
  private static final int SESSIONS = 3000;

  private final ExecutorService threads = VirtualThreads.executor();
  private final List<BlockingQueue<CompletableFuture<String>>> sessions = new ArrayList<>();
  private final Semaphore permits = new Semaphore(20);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition connectionReturned = lock.newCondition();
  private final Object monitor = new Object();
  private int freeConnections = 4;
  private long answers;

  static Clients start(Path directory) {
    VirtualService service = new VirtualService();
    for (int i = 0; i < SESSIONS; i++) {
      BlockingQueue<CompletableFuture<String>> requests = new LinkedBlockingQueue<>();
      service.sessions.add(requests);
      service.threads.execute(() -> service.serve(requests));
    }
    return number -> service::request;
  }

  private void request() {
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> reply = new CompletableFuture<>();
      sessions.get(ThreadLocalRandom.current().nextInt(SESSIONS)).add(reply);
      replies.add(reply);
    }
    replies.forEach(CompletableFuture::join);
  }

  private void serve(BlockingQueue<CompletableFuture<String>> requests) {
    while (true) {
      try {
        CompletableFuture<String> reply = requests.take();
        reply.complete(answer());
      } catch (InterruptedException e) {
        return;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private String answer() throws InterruptedException, ExecutionException {
    CountDownLatch prepared = new CountDownLatch(2);
    Future<String> left = threads.submit(() -> look("left", prepared));
    Future<String> right = threads.submit(() -> look("right", prepared));
    prepared.await();
    synchronized (monitor) {
      answers++;
      return left.get() + " and " + right.get() + " of " + answers;
    }
  }

  private String look(String side, CountDownLatch prepared) throws InterruptedException {
    permits.acquire();
    try {
      prepared.countDown();
      takeConnection();
      Thread.sleep(1);
      returnConnection();
      return side;
    } finally {
      permits.release();
    }
  }

  private void takeConnection() throws InterruptedException {
    lock.lock();
    try {
      while (freeConnections == 0) {
        connectionReturned.await();
      }
      freeConnections--;
    } finally {
      lock.unlock();
    }
  }

  private void returnConnection() {
    lock.lock();
    try {
      freeConnections++;
      connectionReturned.signal();
    } finally {
      lock.unlock();
    }
  }
}
