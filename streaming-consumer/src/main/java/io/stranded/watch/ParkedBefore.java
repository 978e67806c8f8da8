package io.stranded.watch;

import io.stranded.finding.FailureLine;
import io.stranded.internal.source.TargetJvm;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.source.ThreadEvent;
import io.stranded.internal.source.ThreadSnapshot;
import io.stranded.internal.source.ThreadSnapshot.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the virtual threads that were parked before our agent came, and of which it hears nothing.
 *
 * <p>Two snapshots, {@code --min-age} apart, show who waits at the same place. For the time between
 * them the agent tells of every wait that it sees, however short, at every look: a thread that ran
 * in between has waited again, where the agent sees it, and is none of these.
 */
final class ParkedBefore {
  private static final String TELL_ALL = "threshold=0ms,period=500ms";
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  /** More of them would make more events than a busy target should bear. */
  private static final int MOST = 20_000;

  private static final long WAIT_NUMBER = -1;

  private final TargetJvm target;
  private final TargetAgent agent;
  private final Path directory;
  private final Duration minAge;
  private final Consumer<String> log;
  private final Map<Long, Waiter> waiters = new HashMap<>();
  private final Set<Long> told = new HashSet<>();
  private final List<String> unseen = new ArrayList<>();
  private Instant since = Instant.MAX;
  private long startedNanos;
  private boolean comparing;
  private boolean tooMany;

  ParkedBefore(
      TargetJvm target, TargetAgent agent, Path directory, Duration minAge, Consumer<String> log) {
    this.target = target;
    this.agent = agent;
    this.directory = directory;
    this.minAge = minAge;
    this.log = log;
  }

  /** Takes the first snapshot, if the target may have such threads. */
  synchronized void begin() throws IOException {
    if (!agent.isOurs() || target.feature() < FIRST_WITH_VIRTUAL_THREADS) {
      return;
    }
    try {
      Map<String, String> frames = new HashMap<>();
      Map<List<String>, List<String>> stacks = new HashMap<>();
      ThreadSnapshot.take(
          target,
          directory,
          (id, waiter) -> {
            if (waiters.size() == MOST) {
              waiters.clear();
              tooMany = true;
              return false;
            }
            waiters.put(id, shared(waiter, frames, stacks));
            return true;
          });
      if (tooMany) {
        unseen(
            "more than "
                + MOST
                + " virtual threads waited before the agent came: they are not looked at");
      }
    } catch (TargetLostException e) {
      throw e;
    } catch (IOException e) {
      unseen(
          "virtual threads that waited before the agent came are not seen: " + FailureLine.of(e));
    }
    if (!waiters.isEmpty()) {
      since = Instant.now();
      startedNanos = System.nanoTime();
      comparing = true;
      agent.configure(TELL_ALL);
    }
  }

  private void unseen(String why) {
    log.accept(why);
    unseen.add(why);
  }

  /** What is not known of such threads, and why. */
  synchronized List<String> unseen() {
    return List.copyOf(unseen);
  }

  /** Takes in what has happened: a thread that the agent hears of is none of ours. */
  synchronized void accept(ThreadEvent event) {
    if (event instanceof ThreadEvent.Waiting waiting) {
      forget(waiting.threadId());
    } else if (event instanceof ThreadEvent.Released released) {
      forget(released.threadId());
    } else if (event instanceof ThreadEvent.Ended ended) {
      forget(ended.threadId());
    }
  }

  /** Whether it is still to be seen which threads these are. */
  synchronized boolean isComparing() {
    return comparing;
  }

  /** Takes the second snapshot when it is time, and tells who was in one wait since the first. */
  void compare(Consumer<ThreadEvent> consumer) throws IOException {
    synchronized (this) {
      if (!comparing || System.nanoTime() - startedNanos < minAge.toNanos()) {
        return;
      }
    }
    retainSame();
    Map<Long, Waiter> same;
    synchronized (this) {
      comparing = false;
      same = Map.copyOf(waiters);
      told.addAll(same.keySet());
    }
    agent.configure(agent.settings());
    same.forEach((id, waiter) -> consumer.accept(waiting(id, waiter)));
  }

  /** Looks again, after a dump: who waits there no more has moved. */
  void lookAgain(Consumer<ThreadEvent> consumer) throws IOException {
    Set<Long> before;
    synchronized (this) {
      before = new HashSet<>(told);
    }
    if (before.isEmpty()) {
      return;
    }
    retainSame();
    synchronized (this) {
      before.removeAll(waiters.keySet());
      told.removeAll(before);
    }
    before.forEach(id -> consumer.accept(new ThreadEvent.Released(id)));
  }

  private void retainSame() throws IOException {
    Map<Long, Waiter> before;
    synchronized (this) {
      before = Map.copyOf(waiters);
    }
    Set<Long> same = new HashSet<>();
    ThreadSnapshot.take(
        target,
        directory,
        (id, waiter) -> {
          if (waiter.equals(before.get(id))) {
            same.add(id);
          }
          return same.size() < before.size();
        });
    synchronized (this) {
      waiters.keySet().retainAll(same);
    }
  }

  /** Thousands of threads wait at a few places, which the reader makes anew for each. */
  private static Waiter shared(
      Waiter waiter, Map<String, String> frames, Map<List<String>, List<String>> stacks) {
    List<String> stack = stacks.get(waiter.stack());
    if (stack == null) {
      stack =
          waiter.stack().stream()
              .map(frame -> frames.computeIfAbsent(frame, first -> first))
              .toList();
      stacks.put(stack, stack);
    }
    return new Waiter(waiter.name(), waiter.blockerClass(), stack);
  }

  private void forget(long id) {
    if (!told.contains(id)) {
      waiters.remove(id);
    }
  }

  private ThreadEvent waiting(long id, Waiter waiter) {
    return new ThreadEvent.Waiting(
        id,
        waiter.name(),
        /* virtual= */ true,
        WAIT_NUMBER,
        since,
        /* timed= */ false,
        waiter.blockerClass(),
        waiter.stack());
  }
}
