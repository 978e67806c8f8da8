package io.stranded.watch;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Says when a target does not answer, which its own watch cannot while it waits for the answer. */
final class Watchdog {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Map<String, TargetWatch> watches;
  private final Consumer<String> log;

  Watchdog(Map<String, TargetWatch> watches, Consumer<String> log) {
    this.watches = watches;
    this.log = log;
  }

  /** Starts its thread, which ends by an interrupt. */
  Thread start() {
    Thread thread = new Thread(this::run, "stranded-watchdog");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void run() {
    Set<String> silent = new HashSet<>();
    try {
      while (true) {
        Thread.sleep(INTERVAL.toMillis());
        silent.retainAll(watches.keySet());
        watches.forEach((name, watch) -> look(name, watch, silent));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(String name, TargetWatch watch, Set<String> silent) {
    boolean late = watch.sinceAnswer().compareTo(PATIENCE) > 0;
    if (late && silent.add(name)) {
      log.accept(
          "target " + name + " does not answer for " + PATIENCE.toSeconds() + " s: is it stopped?");
    } else if (!late && silent.remove(name)) {
      log.accept("target " + name + " answers again");
    }
  }
}
