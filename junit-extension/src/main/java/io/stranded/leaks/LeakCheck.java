package io.stranded.leaks;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.Verdict;
import io.stranded.internal.proof.AgentStarts;
import io.stranded.internal.proof.OwnProofs;
import io.stranded.internal.proof.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One look at what a scope has left behind: waits for what is about to end, and proves the rest.
 *
 * <p>While a proof is taken, no frame of the thread that asks for it has a Thread in it.
 */
final class LeakCheck {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

  /** Threads that may live on are given this long to come to rest, and looked at later again. */
  private static final Duration TO_COME_TO_REST = Duration.ofMillis(100);

  /** After so many looks a thread counts as alive. */
  private static final int MOST_LOOKS = 3;

  /** After so many proofs that found nothing it is enough to look once at the end. */
  private static final int FRUITLESS = 10;

  private final LeakScope scope;
  private final LeakOptions options;
  private final boolean all;

  /** Who was ignored at the last look, by id. */
  private Set<Long> ignored = Set.of();

  LeakCheck(LeakScope scope, LeakOptions options, boolean all) {
    this.scope = scope;
    this.options = options;
    this.all = all;
  }

  LeakReport run() {
    if (scope.births() == 0 && !scope.isOfOthers()) {
      return report(List.of(), Proof.NONE);
    }
    List<LiveThread> left = settle();
    if (left.isEmpty() || (!all && left.stream().noneMatch(LiveThread::isWaiting))) {
      return report(List.of(), Proof.NONE);
    }
    OwnProofs.forgetCalls();
    return judge(left);
  }

  private LeakReport judge(List<LiveThread> settled) {
    List<LiveThread> left = settled;
    Proof proof = Proof.NONE;
    if (left.stream().anyMatch(LiveThread::isWaiting) && (all || scope.fruitless() < FRUITLESS)) {
      proof = prove(left);
      if (all || options.mode() == LeakMode.PROVEN) {
        // Who has ended meanwhile is no leak.
        Set<Long> still = look().stream().map(LiveThread::id).collect(Collectors.toSet());
        left = left.stream().filter(thread -> still.contains(thread.id())).toList();
      }
    }
    List<ThreadLeak> leaks = new ArrayList<>();
    boolean everything = all && options.mode() == LeakMode.ALIVE;
    for (LiveThread thread : left) {
      ThreadLeak leak = judged(thread, proof);
      if (everything || leak.kind() == ThreadLeak.Kind.STRANDED) {
        leaks.add(leak);
      }
    }
    if (leaks.isEmpty()) {
      scope.countFruitless();
    }
    LeakScope.told(leaks.stream().map(leak -> leak.thread().id()).collect(Collectors.toSet()));
    return report(leaks, proof);
  }

  /** Returns at once when nothing is left. */
  private List<LiveThread> settle() {
    long start = System.nanoTime();
    long patience = (all ? options.settle() : shorter(options.settle(), TO_COME_TO_REST)).toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      List<LiveThread> left = look();
      boolean over = System.nanoTime() - start >= patience;
      if (left.isEmpty() || over || Thread.currentThread().isInterrupted()) {
        // The scopes around this one do not know what it ignores.
        LeakScope.told(ignored);
        return left.stream().filter(thread -> !isNative(thread)).toList();
      }
      LockSupport.parkNanos(pause.toNanos());
      pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  /** One that native code has attached; a thread that has just been started looks the same. */
  private static boolean isNative(LiveThread thread) {
    return thread.stack().isEmpty() && thread.createdBy().isEmpty();
  }

  private List<LiveThread> look() {
    List<LiveThread> found =
        LiveThreads.look(
            id -> scope.mayHave(id) && !options.ignores(id), scope::has, scope.hasVirtual());
    ignored =
        found.stream().filter(options::ignores).map(LiveThread::id).collect(Collectors.toSet());
    return found.stream().filter(thread -> !ignored.contains(thread.id())).toList();
  }

  static Proof prove(List<LiveThread> threads) {
    Map<Long, List<String>> createdBy = new HashMap<>();
    threads.forEach(thread -> createdBy.put(thread.id(), Creators.of(thread.createdBy())));
    Set<Long> waiting =
        threads.stream()
            .filter(LiveThread::isWaiting)
            .map(LiveThread::id)
            .collect(Collectors.toSet());
    return OwnProofs.now(createdBy, waiting, MOST_LOOKS);
  }

  static ThreadLeak judged(LiveThread thread, Proof proof) {
    return new ThreadLeak(thread, kind(thread, proof), proof.of(thread.id()));
  }

  private static ThreadLeak.Kind kind(LiveThread thread, Proof proof) {
    if (proof.of(thread.id()).isPresent()) {
      Finding finding = proof.of(thread.id()).get();
      if (finding.verdict() != Verdict.LEAKED) {
        return ThreadLeak.Kind.DOUBTFUL;
      }
      return finding.confidence().filter(c -> c == Confidence.PROVEN).isPresent()
          ? ThreadLeak.Kind.STRANDED
          : ThreadLeak.Kind.HELD;
    }
    if (thread.isWaiting()) {
      return proof.isThere() ? ThreadLeak.Kind.WAITING : ThreadLeak.Kind.UNPROVED;
    }
    return thread.state() == Thread.State.TIMED_WAITING
        ? ThreadLeak.Kind.TIMED
        : ThreadLeak.Kind.RUNNING;
  }

  private LeakReport report(List<ThreadLeak> leaks, Proof proof) {
    List<String> notes = new ArrayList<>();
    if (!leaks.isEmpty() && !proof.how().isEmpty()) {
      notes.add(
          (proof.isThere() ? "proved by " : "")
              + proof.how()
              + ", in "
              + proof.took().toMillis()
              + " ms");
    }
    if (scope.isOfNobody() && !leaks.isEmpty()) {
      notes.add(
          "no test is known to have started them: they inherit nothing from who did, or that was a"
              + " thread of no test"
              + (AgentStarts.areTold() ? "" : "; with -javaagent:stranded-agent.jar that is seen"));
    }
    if (scope.isBlind()) {
      notes.add(
          "other tests ran beside it, and this JVM does not tell whose a thread is: none was looked"
              + " at; --add-opens java.base/java.lang.invoke=ALL-UNNAMED lets it");
    }
    return new LeakReport(scope.name(), leaks, notes);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
