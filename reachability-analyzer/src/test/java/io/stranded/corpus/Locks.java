package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * Locks taken twice, kept, or taken in two orders, and hand-overs while a lock is held. Some of the
 * locks stay reachable: that their owner never runs again is enough. The argument says whether the
 * threads are virtual.
 */
public final class Locks {
  private static final int CHAIN = 50;
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  /** One side of a hand-over. */
  @FunctionalInterface
  private interface QueueUse {
    void of(BlockingQueue<String> queue) throws Exception;
  }

  private final Spawner spawner;

  private Locks(Spawner spawner) {
    this.spawner = spawner;
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(Boolean.parseBoolean(args[0]));
    Locks locks = new Locks(spawner);
    locks.takenTwice();
    locks.kept();
    locks.orders();
    locks.heldInHandOver();
    locks.conditions();
    locks.chain();
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private void takenTwice() throws Exception {
    Scene.twins(
        spawner,
        "write-then-read",
        scene -> {
          StampedLock lock = new StampedLock();
          scene.stuck(
              Cause.LOCK_NEVER_RELEASED,
              "",
              () -> {
                take(lock.asWriteLock());
                Spawner.lastWait();
                take(lock.asReadLock());
              });
          scene.comes(lock::tryUnlockWrite);
        });
    Scene.twins(
        spawner,
        "read-then-write",
        scene -> {
          ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
          scene.stuck(
              Cause.LOCK_NEVER_RELEASED,
              "",
              () -> {
                take(lock.readLock());
                Spawner.lastWait();
                take(lock.writeLock());
              });
          scene.comes(() -> lock.readLock().unlock());
        });
    Scene.twins(
        spawner,
        "callee-takes-again",
        scene -> {
          Semaphore mutex = new Semaphore(1);
          scene.stuck(
              Cause.PERMIT_NEVER_RELEASED,
              "",
              () -> {
                mutex.acquireUninterruptibly();
                Spawner.lastWait();
                mutex.acquireUninterruptibly();
              });
          scene.comes(mutex::release);
        });
    Scene.twins(
        spawner,
        "reader-behind-writer",
        scene -> {
          // The writer waits for the first reader, the second for the writer, the first for the
          // second.
          ReentrantReadWriteLock lock = new ReentrantReadWriteLock(/* fair= */ true);
          CountDownLatch secondRead = new CountDownLatch(1);
          Thread first =
              scene.stuck(
                  Cause.LATCH_NEVER_COUNTED_DOWN,
                  "first",
                  () -> {
                    take(lock.readLock());
                    Spawner.lastWait();
                    secondRead.await();
                  });
          Spawner.awaitLastWait(first);
          Thread writer =
              scene.stuckIn(Cause.LOCK_NEVER_RELEASED, "writer", () -> take(lock.writeLock()));
          Spawner.awaitLastWait(writer);
          scene.stuckIn(
              Cause.LOCK_NEVER_RELEASED,
              "second",
              () -> {
                take(lock.readLock());
                secondRead.countDown();
              });
          scene.comes(secondRead::countDown);
        });
  }

  private void kept() throws Exception {
    Scene.twins(
        spawner,
        "read-lock-kept",
        scene -> {
          ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
          Scene.ended(() -> take(lock.readLock()));
          scene.stuckIn(Cause.LOCK_NEVER_RELEASED, "", () -> take(lock.writeLock()));
          scene.comes(() -> lock.readLock().unlock());
        });
    Scene.twins(
        spawner,
        "kept-by-a-stuck-thread",
        scene -> {
          ReentrantLock lock = new ReentrantLock();
          HELD.add(lock);
          BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
          Thread owner =
              scene.stuck(
                  Cause.QUEUE_CONSUMER_ABANDONED,
                  "owner",
                  () -> {
                    take(lock);
                    Spawner.lastWait();
                    inbox.take();
                  });
          Spawner.awaitLastWait(owner);
          scene.stuckIn(Cause.BEHIND_LEAKED_OWNER, "next", () -> take(lock));
          scene.stuckIn(Cause.BEHIND_LEAKED_OWNER, "interruptibly", lock::lockInterruptibly);
          scene.comes(() -> inbox.put("a"));
        });
    Scene.twins(
        spawner,
        "write-lock-kept",
        scene -> {
          ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
          HELD.add(lock);
          CountDownLatch refresh = new CountDownLatch(1);
          Thread owner =
              scene.stuck(
                  Cause.LATCH_NEVER_COUNTED_DOWN,
                  "owner",
                  () -> {
                    take(lock.writeLock());
                    Spawner.lastWait();
                    refresh.await();
                  });
          Spawner.awaitLastWait(owner);
          scene.stuckIn(Cause.BEHIND_LEAKED_OWNER, "reader", () -> take(lock.readLock()));
          scene.comes(refresh::countDown);
        });
  }

  private void orders() throws Exception {
    Scene.twins(
        spawner,
        "three-orders",
        scene -> {
          ReentrantLock a = new ReentrantLock();
          ReentrantLock b = new ReentrantLock(/* fair= */ true);
          Lock c = new ReentrantReadWriteLock().writeLock();
          Collections.addAll(HELD, a, b, c);
          CountDownLatch taken = new CountDownLatch(3);
          CountDownLatch go = new CountDownLatch(1);
          inOrder(scene, "ab", a, taken, () -> take(b));
          inOrder(scene, "bc", b, taken, () -> take(c));
          // The twin's last thread waits for something else, which comes.
          inOrder(scene, "ca", c, taken, scene.healthy() ? go::await : () -> take(a));
          scene.comes(go::countDown);
        });
    Scene.twins(
        spawner,
        "behind-a-deadlock",
        scene -> {
          ReentrantLock a = new ReentrantLock();
          ReentrantLock b = new ReentrantLock();
          Collections.addAll(HELD, a, b);
          CountDownLatch taken = new CountDownLatch(2);
          CountDownLatch go = new CountDownLatch(1);
          Thread left = inOrder(scene, "left", a, taken, () -> take(b));
          Thread right =
              inOrder(scene, "right", b, taken, scene.healthy() ? go::await : () -> take(a));
          Spawner.awaitLastWait(left);
          Spawner.awaitLastWait(right);
          scene.stuckIn(Cause.BEHIND_LEAKED_OWNER, "lock", () -> take(a));
          scene.stuckIn(Cause.JOIN_ON_LEAKED_THREAD, "join", right::join);
          scene.comes(go::countDown);
        });
    Scene.twins(
        spawner,
        "token-and-lock",
        scene -> {
          Semaphore tokens = new Semaphore(1);
          ReentrantLock lock = new ReentrantLock();
          HELD.add(lock);
          CountDownLatch taken = new CountDownLatch(2);
          scene.stuck(
              Cause.BEHIND_LEAKED_OWNER,
              "has-token",
              () -> {
                tokens.acquire();
                meet(taken);
                take(lock);
              });
          inOrder(scene, "has-lock", Cause.PERMIT_NEVER_RELEASED, lock, taken, tokens::acquire);
          scene.comes(tokens::release);
        });
  }

  private static Thread inOrder(
      Scene scene, String role, Lock first, CountDownLatch taken, Spawner.Body second) {
    return inOrder(scene, role, Cause.DEADLOCK, first, taken, second);
  }

  private static Thread inOrder(
      Scene scene,
      String role,
      Cause cause,
      Lock first,
      CountDownLatch taken,
      Spawner.Body second) {
    return scene.stuck(
        cause,
        role,
        () -> {
          take(first);
          meet(taken);
          second.run();
        });
  }

  private static void meet(CountDownLatch taken) throws InterruptedException {
    taken.countDown();
    taken.await();
    Spawner.lastWait();
  }

  private void heldInHandOver() throws Exception {
    handOver(
        "received-under-lock",
        Cause.QUEUE_CONSUMER_ABANDONED,
        LinkedBlockingQueue::new,
        BlockingQueue::take,
        queue -> queue.put("a"));
    handOver(
        "sent-under-lock",
        Cause.RENDEZVOUS_PARTNER_MISSING,
        SynchronousQueue::new,
        queue -> queue.put("a"),
        BlockingQueue::take);
    Scene.twins(
        spawner,
        "stopped-under-lock",
        scene -> {
          ReentrantLock lock = new ReentrantLock();
          HELD.add(lock);
          CountDownLatch workers = new CountDownLatch(1);
          Thread stopper =
              scene.stuck(
                  Cause.LATCH_NEVER_COUNTED_DOWN,
                  "stop",
                  () -> {
                    take(lock);
                    Spawner.lastWait();
                    workers.await();
                  });
          Spawner.awaitLastWait(stopper);
          scene.stuckIn(
              Cause.BEHIND_LEAKED_OWNER,
              "worker",
              () -> {
                take(lock);
                workers.countDown();
              });
          scene.comes(workers::countDown);
        });
    monitorHeldInHandOver();
  }

  /** One holds a lock through a hand-over for whose other side the lock is needed. */
  private void handOver(
      String name,
      Cause cause,
      Supplier<BlockingQueue<String>> queues,
      QueueUse underLock,
      QueueUse otherSide)
      throws Exception {
    Scene.twins(
        spawner,
        name,
        scene -> {
          BlockingQueue<String> queue = queues.get();
          ReentrantLock lock = new ReentrantLock();
          HELD.add(lock);
          Thread owner =
              scene.stuck(
                  cause,
                  "owner",
                  () -> {
                    take(lock);
                    Spawner.lastWait();
                    underLock.of(queue);
                  });
          Spawner.awaitLastWait(owner);
          scene.stuckIn(
              Cause.BEHIND_LEAKED_OWNER,
              "other",
              () -> {
                take(lock);
                otherSide.of(queue);
              });
          scene.comes(() -> otherSide.of(queue));
        });
  }

  /** The same with a monitor: without its owner the dump does not tell, and nothing may be said. */
  private void monitorHeldInHandOver() throws InterruptedException {
    Object monitor = new Object();
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    CountDownLatch entered = new CountDownLatch(1);
    spawner.live(
        "monitor-held-owner",
        () -> {
          synchronized (monitor) {
            entered.countDown();
            queue.take();
          }
        });
    entered.await();
    spawner.live(
        "monitor-held-other",
        () -> {
          synchronized (monitor) {
            queue.put("a");
          }
        });
  }

  private void conditions() throws Exception {
    Scene.twins(
        spawner,
        "signal-needs-the-lock",
        scene -> {
          ReentrantLock lock = new ReentrantLock();
          Condition ready = lock.newCondition();
          BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
          Thread waiter =
              scene.stuck(
                  Cause.CONDITION_NEVER_SIGNALLED,
                  "waiter",
                  () -> {
                    take(lock);
                    Spawner.lastWait();
                    awaitForEver(ready);
                  });
          Spawner.awaitLastWait(waiter);
          Thread owner =
              scene.stuck(
                  Cause.QUEUE_CONSUMER_ABANDONED,
                  "owner",
                  () -> {
                    take(lock);
                    Spawner.lastWait();
                    inbox.take();
                  });
          Spawner.awaitLastWait(owner);
          scene.stuckIn(
              Cause.BEHIND_LEAKED_OWNER,
              "signaller",
              () -> {
                take(lock);
                ready.signalAll();
              });
          scene.comes(() -> inbox.put("a"));
        });
    Scene.twins(
        spawner,
        "signalled-before-the-wait",
        scene -> {
          ReentrantLock lock = new ReentrantLock();
          Condition ready = lock.newCondition();
          Scene.ended(() -> signal(lock, ready));
          scene.stuck(
              Cause.CONDITION_NEVER_SIGNALLED,
              "",
              () -> {
                take(lock);
                Spawner.lastWait();
                awaitForEver(ready);
              });
          scene.comes(() -> signal(lock, ready));
        });
    Scene.twins(
        spawner,
        "one-signal-for-two",
        scene -> {
          Semaphore permits = new Semaphore(0);
          permits.release();
          Scene.ended(permits::acquire);
          scene.stuckIn(Cause.PERMIT_NEVER_RELEASED, "", permits::acquire);
          scene.comes(permits::release);
        });
  }

  private static void awaitForEver(Condition condition) {
    while (true) {
      condition.awaitUninterruptibly();
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

  /** Many threads, each behind the next one's lock: it is the last one's wait that decides. */
  private void chain() throws Exception {
    Scene.twins(
        spawner,
        "chain",
        scene -> {
          CountDownLatch end = new CountDownLatch(1);
          ReentrantLock next = new ReentrantLock();
          HELD.add(next);
          ReentrantLock last = next;
          Thread thread =
              scene.stuck(
                  Cause.LATCH_NEVER_COUNTED_DOWN,
                  "end",
                  () -> {
                    take(last);
                    Spawner.lastWait();
                    end.await();
                  });
          for (int i = 0; i < CHAIN; i++) {
            Spawner.awaitLastWait(thread);
            ReentrantLock mine = new ReentrantLock();
            ReentrantLock theirs = next;
            thread =
                scene.stuck(
                    Cause.BEHIND_LEAKED_OWNER,
                    Integer.toString(i),
                    () -> {
                      take(mine);
                      Spawner.lastWait();
                      take(theirs);
                    });
            next = mine;
          }
          scene.comes(end::countDown);
        });
  }

  /** Takes a lock for good. */
  private static void take(Lock lock) {
    lock.lock();
  }
}
