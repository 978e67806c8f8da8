package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Virtual threads in {@code Object.wait}: their monitors are known to the JVM alone. */
public final class VirtualMonitors {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private VirtualMonitors() {}

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ true);
    spawner.leak(Cause.MONITOR_NEVER_NOTIFIED, "dropped", () -> await(new Object()));
    Object held = new Object();
    HELD.add(held);
    spawner.live("held", () -> await(held));
    Thread sleeper = inFrameOfASleeper(spawner);
    spawner.live("joins", sleeper::join);
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static Thread inFrameOfASleeper(Spawner spawner) {
    Object monitor = new Object();
    Thread sleeper = new Thread(() -> sleepThenNotify(monitor), "sleeper");
    sleeper.setDaemon(true);
    sleeper.start();
    spawner.live("in-a-frame", () -> await(monitor));
    return sleeper;
  }

  @SuppressWarnings("WaitNotInLoop") // a wait is all they do
  private static void await(Object monitor) throws InterruptedException {
    synchronized (monitor) {
      monitor.wait();
    }
  }

  private static void sleepThenNotify(Object monitor) {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }
}
