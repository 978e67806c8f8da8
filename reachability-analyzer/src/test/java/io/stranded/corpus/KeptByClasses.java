package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Monitors that a class keeps of itself: an annotation of its own or of a method, a generic type.
 * Dumps show no fields of class mirrors, and whoever asks the class again gets the same object.
 */
public final class KeptByClasses {
  private KeptByClasses() {}

  /** What the monitors are. */
  @Retention(RetentionPolicy.RUNTIME)
  private @interface Mark {}

  /** Finds a monitor once more. */
  @FunctionalInterface
  private interface Finder {
    Object find() throws Exception;
  }

  @Mark
  private static final class Marked extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    @Mark
    @SuppressWarnings("UnusedMethod") // found by reflection
    private static void marked() {}
  }

  public static void main(String[] args) throws Exception {
    Spawner spawner = new Spawner(/* virtual= */ false);
    twin(spawner, "annotation", () -> Marked.class.getAnnotation(Mark.class));
    twin(
        spawner,
        "annotation-of-method",
        () -> Marked.class.getDeclaredMethod("marked").getAnnotation(Mark.class));
    twin(spawner, "generic-type", Marked.class::getGenericSuperclass);
    spawner.leak(Cause.MONITOR_NEVER_NOTIFIED, "own-monitor", () -> await(new Object()));
    spawner.awaitWaiting();
    System.out.println("READY");
    System.in.read();
  }

  private static void twin(Spawner spawner, String name, Finder finder) {
    spawner.live(name, () -> await(finder.find()));
    spawner.live(
        name + "-comes",
        () -> {
          TimeUnit.DAYS.sleep(1);
          Object monitor = finder.find();
          synchronized (monitor) {
            monitor.notifyAll();
          }
        });
  }

  @SuppressWarnings("WaitNotInLoop") // nobody comes
  private static void await(Object monitor) throws InterruptedException {
    synchronized (monitor) {
      monitor.wait();
    }
  }
}
