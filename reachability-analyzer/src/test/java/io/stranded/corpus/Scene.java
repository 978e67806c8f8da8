package io.stranded.corpus;

import io.stranded.finding.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A pattern that is played twice: once as the leak, and once as its healthy twin, in which whoever
 * ends the waits is late but still comes. All else is the same.
 */
final class Scene {
  /** A mistake, told by starting the threads that make it. */
  @FunctionalInterface
  interface Pattern {
    void play(Scene scene) throws Exception;
  }

  private final Spawner spawner;
  private final String name;
  private final boolean healthy;
  private final List<Thread> stuck = new ArrayList<>();

  private Scene(Spawner spawner, String name, boolean healthy) {
    this.spawner = spawner;
    this.name = name;
    this.healthy = healthy;
  }

  /** Plays a pattern and its twin, until all their threads are in their last wait. */
  static void twins(Spawner spawner, String name, Pattern pattern) throws Exception {
    for (boolean healthy : new boolean[] {false, true}) {
      Scene scene = new Scene(spawner, name, healthy);
      pattern.play(scene);
      for (Thread thread : scene.stuck) {
        Spawner.awaitLastWait(thread);
      }
    }
  }

  /** Whether this is the healthy twin. */
  boolean healthy() {
    return healthy;
  }

  /** Starts a thread that gets stuck in the wait after its {@link Spawner#lastWait}. */
  Thread stuck(Cause cause, String role, Spawner.Body body) {
    String pattern = role.isEmpty() ? name : name + "-" + role;
    Thread thread =
        healthy
            ? spawner.live(pattern, body)
            : spawner.start(Expected.Kind.LEAK, cause, pattern, body);
    stuck.add(thread);
    return thread;
  }

  /** Starts a thread that gets stuck in its first wait, which is all it does. */
  Thread stuckIn(Cause cause, String role, Spawner.Body wait) {
    return stuck(
        cause,
        role,
        () -> {
          Spawner.lastWait();
          wait.run();
        });
  }

  /**
   * What would end the waits. Nobody does it in the leak; somebody will, a day later, in the twin.
   */
  void comes(Spawner.Body release) {
    if (healthy) {
      spawner.live(
          name + "-comes",
          () -> {
            TimeUnit.DAYS.sleep(1);
            release.run();
          });
    }
  }

  /** Does something in a thread that ends by itself or by a failure. */
  static void ended(Spawner.Body body) throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Exception e) {
                // Whatever it failed with, it is gone.
                return;
              }
            },
            "ended");
    thread.start();
    thread.join();
  }
}
