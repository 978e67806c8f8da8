package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A thread in {@code Object.wait} for a monitor that an outer synchronized method locks: compiled,
 * no frame holds it in a local any more, while a frame within holds its own receiver. Run with
 * {@code -Xcomp} for this class. The monitor is once held, and once dropped.
 */
public final class WrongMonitor {
  private static final List<Object> HELD = Collections.synchronizedList(new ArrayList<>());

  private WrongMonitor() {}

  /** Locks itself, and lets another one wait. */
  private static final class Outer {
    synchronized void awaitWith(Inner inner) throws InterruptedException {
      inner.awaitFor(this);
    }

    static void awaitInClass(Inner inner) throws InterruptedException {
      synchronized (Outer.class) {
        inner.awaitFor(Outer.class);
      }
    }
  }

  /** Waits for what it is given. */
  private static final class Inner {
    private boolean done;

    @SuppressWarnings("WaitNotInLoop") // in a loop the monitor would be alive
    void awaitFor(Object monitor) throws InterruptedException {
      monitor.wait(0);
      done = true;
    }

    @Override
    public String toString() {
      return Boolean.toString(done);
    }
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    held(spawner);
    spawner.live("class", () -> Outer.awaitInClass(new Inner()));
    spawner.start(
        Expected.Kind.DOUBT,
        Cause.MONITOR_NEVER_NOTIFIED,
        "receiver",
        () -> new Outer().awaitWith(new Inner()));
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
    System.out.println(HELD);
  }

  private static void held(Spawner spawner) {
    Outer outer = new Outer();
    HELD.add(outer);
    spawner.live("receiver", () -> awaitWith(outer));
  }

  private static void awaitWith(Outer outer) throws InterruptedException {
    outer.awaitWith(new Inner());
  }
}
