package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.internal.source.JvmList;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.TargetLostException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Watches any number of JVMs, each in a thread of its own. At most one heap dump is taken and
 * analyzed, and one snapshot taken, at a time. Applications that embed it watch themselves with
 * {@link #watchOwnJvm}.
 */
public final class Sidecar {
  private static final Duration DISCOVERY = Duration.ofSeconds(3);
  private static final Duration RECONNECT = Duration.ofSeconds(10);

  private final WatchOptions options;
  private final Outlet outlet;
  private final Consumer<String> log;
  private final Optional<StateDirectory> states;
  private final Turns turns = Turns.oneAtATime();
  private final Map<String, TargetWatch> running = new ConcurrentHashMap<>();

  /**
   * Begins to say how to watch; all has defaults but where reports go.
   *
   * @param sink gets the reports; it is for the caller to close
   */
  public static SidecarBuilder builder(FindingSink sink) {
    return new SidecarBuilder(sink);
  }

  /**
   * A sidecar that watches nothing yet.
   *
   * @param selection the part of each profile that the sink gets
   * @param log hears one line for each thing done; from several threads
   * @throws IOException if the state directory cannot be made
   */
  public Sidecar(
      WatchOptions options,
      FindingSink sink,
      UnaryOperator<LeakProfile> selection,
      Consumer<String> log)
      throws IOException {
    this.options = options;
    this.outlet = new Outlet(sink, selection);
    this.log = log;
    this.states =
        options.stateDirectory().isPresent()
            ? Optional.of(new StateDirectory(options.stateDirectory().get(), log))
            : Optional.empty();
  }

  /**
   * Watches until the targets have ended, the thread is interrupted, or one round is over. Where
   * main classes are chosen, new JVMs are picked up and there is no end.
   *
   * @return how the surest finding stands; empty if there was none
   * @throws TargetLostException if no target is left
   */
  public Optional<Standing> watch(TargetChoice choice) throws IOException, InterruptedException {
    if (states.isPresent()) {
      new Bygones(states.get(), outlet, log).report();
    } else {
      outlet.bygonesReported();
    }
    Thread watchdog = new Watchdog(running, log).start();
    try {
      List<Connection> given = new ArrayList<>();
      choice.pids().forEach(pid -> given.add(new Connection.ToProcess(pid)));
      choice.addresses().forEach(address -> given.add(new Connection.ToAddress(address)));
      if (choice.isOne()) {
        keepWatching(given.get(0));
      } else {
        watchAll(given, choice.mainClasses());
      }
    } finally {
      watchdog.interrupt();
    }
    return outlet.surest();
  }

  /**
   * Watches the JVM that we run in, until the thread is interrupted or one round is over. Without
   * {@code -javaagent} that is done by samples of its platform threads.
   *
   * @return how the surest finding stands; empty if there was none
   */
  public Optional<Standing> watchOwnJvm() throws IOException, InterruptedException {
    outlet.bygonesReported();
    keepWatching(new Connection.ToSelf());
    return outlet.surest();
  }

  /** How things stand with each target, in the order of their names. */
  public List<TargetStatus> status() {
    Map<String, TargetStatus> byName = new TreeMap<>();
    running.forEach((name, watch) -> byName.put(name, watch.status()));
    return List.copyOf(byName.values());
  }

  /**
   * All platform threads of each target, as they are just now; each stands still for as long as it
   * takes to walk their stacks.
   *
   * @throws IOException if one does not answer; one line
   */
  public Map<Target, List<ThreadNow>> threads() throws IOException {
    Map<Target, List<ThreadNow>> threads = new HashMap<>();
    for (TargetWatch watch : List.copyOf(running.values())) {
      threads.put(watch.identity(), watch.threads());
    }
    return threads;
  }

  private void watchAll(List<Connection> given, Optional<Pattern> mainClasses)
      throws IOException, InterruptedException {
    Map<String, Thread> threads = new HashMap<>();
    Set<String> known = new HashSet<>();
    try {
      given.forEach(connection -> begin(connection, threads, known));
      boolean told = false;
      do {
        mainClasses.ifPresent(pattern -> discover(pattern, threads, known));
        if (threads.isEmpty() && !told) {
          if (options.once()) {
            throw new TargetLostException(noMatch());
          }
          log.accept(noMatch());
        }
        told = threads.isEmpty();
        Thread.sleep(DISCOVERY.toMillis());
        threads.values().removeIf(thread -> !thread.isAlive());
      } while (!threads.isEmpty() || (mainClasses.isPresent() && !options.once()));
    } finally {
      end(threads.values());
    }
    if (!options.once()) {
      throw new TargetLostException("no target is left");
    }
  }

  private String noMatch() {
    return "no JVM that can be watched matches"
        + (options.once() ? "" : "; looking every " + DISCOVERY.toSeconds() + " s")
        + ": 'stranded list' tells which there are";
  }

  private void discover(Pattern pattern, Map<String, Thread> threads, Set<String> known) {
    Set<String> names = new HashSet<>(threads.keySet());
    JvmList.mains()
        .forEach(
            (pid, main) -> {
              Connection connection = new Connection.ToProcess(pid);
              names.add(connection.name());
              if (known.contains(connection.name())) {
                return;
              }
              if (JvmList.describe(pid, main).matches(pattern)) {
                begin(connection, threads, known);
              } else if (JvmList.isTold(main)) {
                known.add(connection.name());
              }
            });
    // A process id may come again, for another JVM.
    known.retainAll(names);
  }

  private void begin(Connection connection, Map<String, Thread> threads, Set<String> known) {
    if (!known.add(connection.name())) {
      return;
    }
    Thread thread = new Thread(() -> watchOne(connection), "stranded-watch-" + connection.name());
    threads.put(connection.name(), thread);
    thread.start();
  }

  private void watchOne(Connection connection) {
    try {
      keepWatching(connection);
    } catch (IOException | RuntimeException e) {
      log.accept(FailureLine.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(Iterable<Thread> threads) throws InterruptedException {
    threads.forEach(Thread::interrupt);
    boolean interrupted = Thread.interrupted();
    for (Thread thread : threads) {
      thread.join();
    }
    if (interrupted) {
      throw new InterruptedException();
    }
  }

  /** Goes on after a connection was lost, but not after the target has ended. */
  private void keepWatching(Connection connection) throws IOException, InterruptedException {
    Optional<TargetMemory> memory = Optional.empty();
    String complaint = "";
    while (true) {
      try (TargetJvm target = connection.open()) {
        memory = Optional.of(memory(memory, target));
        complaint = "";
        watch(connection, target, memory.get());
        return;
      } catch (TargetLostException e) {
        if (Thread.interrupted()) {
          throw (InterruptedException) new InterruptedException().initCause(e);
        }
        if (memory.isEmpty() || options.once()) {
          throw e;
        }
        if (connection.awaitEnd()) {
          ended(memory.get());
          throw e;
        }
        String message = FailureLine.of(e);
        if (!message.equals(complaint)) {
          log.accept(message + "; trying again every " + RECONNECT.toSeconds() + " s");
          complaint = message;
        }
        Thread.sleep(RECONNECT.toMillis());
      }
    }
  }

  /** That of the last connection, if it was to the same JVM and not to one started since. */
  private TargetMemory memory(Optional<TargetMemory> last, TargetJvm target) throws IOException {
    if (last.isPresent()) {
      if (last.get().target().equals(target.identity())) {
        return last.get();
      }
      ended(last.get());
    }
    return TargetMemory.fresh(target.identity(), options.provenFor());
  }

  private void ended(TargetMemory memory) throws IOException {
    new TargetReports(memory, outlet, states).ended();
  }

  private void watch(Connection connection, TargetJvm target, TargetMemory memory)
      throws IOException, InterruptedException {
    TargetWatch watch = new TargetWatch(target, memory, options, outlet, states, turns, log);
    running.put(connection.name(), watch);
    try {
      watch.run();
    } finally {
      running.remove(connection.name());
    }
  }
}
