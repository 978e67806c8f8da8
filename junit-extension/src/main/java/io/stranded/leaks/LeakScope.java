package io.stranded.leaks;

import io.stranded.internal.proof.FullAccess;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of work, such as a test, to which the threads are attributed that are started in it: by
 * the thread that has opened it, by those that this one has started, and so on.
 *
 * <p>To be left by the thread that has opened it, and before those that were opened around it. What
 * it started can be looked at by any thread, at any time after.
 */
public final class LeakScope {
  private static final Set<LeakScope> OPEN = ConcurrentHashMap.newKeySet();
  private static final Set<Long> TOLD = ConcurrentHashMap.newKeySet();

  private final String name;
  private final @Nullable LeakScope parent;
  private final @Nullable Birth outer;
  private final long opener;
  private final long mark;
  private final boolean everything;
  private final AtomicLong births = new AtomicLong();
  private final AtomicInteger fruitless = new AtomicInteger();
  private volatile boolean virtual;
  private volatile boolean alone;

  /** Of everything that is there. */
  private LeakScope() {
    name = "this JVM";
    parent = null;
    outer = null;
    opener = 0;
    mark = 0;
    alone = true;
    virtual = true;
    everything = true;
  }

  private LeakScope(String name, @Nullable LeakScope parent) {
    this.name = name;
    this.everything = false;
    this.parent = parent;
    this.outer = Births.ofCurrentThread();
    this.opener = Thread.currentThread().getId();
    this.mark = LiveThreads.mark();
    this.alone = OPEN.stream().allMatch(this::isIn);
    OPEN.stream().filter(open -> !isIn(open)).forEach(open -> open.alone = false);
  }

  /** Opens one in the current thread, within none. */
  public static LeakScope open(String name) {
    return opened(new LeakScope(name, /* parent= */ null));
  }

  /** One that no thread is in by itself, but that others are opened within. */
  public static LeakScope unopened(String name) {
    return new LeakScope(name, /* parent= */ null);
  }

  /** Opens one within this one, in whatever thread that is. */
  public LeakScope openWithin(String its) {
    return opened(new LeakScope(its, this));
  }

  /** One that every thread is in, whoever started it; never opened. */
  static LeakScope ofAll() {
    return new LeakScope();
  }

  private static LeakScope opened(LeakScope scope) {
    OPEN.add(scope);
    Births.place(Birth.opening(scope));
    return scope;
  }

  /** Leaves it: what this thread starts from here on is not its any more. */
  public void leave() {
    OPEN.remove(this);
    if (Thread.currentThread().getId() == opener) {
      Births.place(outer);
    }
  }

  /**
   * The threads that were started in it and should not be there any more. Waits for those that are
   * about to end, and proves what can be proved, if there are any.
   *
   * @param all whether threads that live on are told as well; else only those that can never run
   *     again
   */
  public LeakReport check(LeakOptions options, boolean all) {
    return new LeakCheck(this, options, all).run();
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** How many threads were started in it. */
  public long births() {
    return births.get();
  }

  /** The innermost one that the current thread is in. */
  static Optional<LeakScope> current() {
    return Optional.ofNullable(Births.ofCurrentThread()).map(Birth::scope);
  }

  void born(boolean virtually) {
    for (LeakScope scope = this; scope != null; scope = scope.parent) {
      scope.births.incrementAndGet();
      scope.virtual |= virtually;
    }
  }

  /** Whether virtual threads were started in it. */
  boolean hasVirtual() {
    return virtual;
  }

  /** Whether a thread with such an id may have come from it, and has not been told yet. */
  boolean mayHave(long threadId) {
    return everything || (threadId > mark && !TOLD.contains(threadId));
  }

  /** Whether a thread with such an id may have come from it. */
  boolean mayBeOf(long threadId) {
    return threadId > mark;
  }

  /** Whether a thread of such a birth has come from it. */
  boolean has(Optional<Birth> birth) {
    if (everything) {
      return true;
    }
    if (birth.isPresent()) {
      return birth.get().scope().isIn(this);
    }
    // Where nothing can be read of threads, all new ones are of the only test that ran.
    return FullAccess.get().isEmpty() && alone;
  }

  /** Whether it is the one that every thread is in. */
  boolean isOfAll() {
    return everything;
  }

  /** Whether births cannot be read, and others ran beside it: then it is not known whose any is. */
  boolean isBlind() {
    return births() > 0 && FullAccess.get().isEmpty() && !alone;
  }

  /** Never tells of these threads again, be it in this scope or another. */
  static void told(Set<Long> threads) {
    TOLD.addAll(threads);
  }

  /** Counts a proof that has found nothing; with all of the outermost scope. */
  int countFruitless() {
    return outermost().fruitless.incrementAndGet();
  }

  int fruitless() {
    return outermost().fruitless.get();
  }

  /** Whether it is the other one, or was opened within it. */
  boolean isIn(LeakScope other) {
    for (LeakScope scope = this; scope != null; scope = scope.parent) {
      if (scope == other) {
        return true;
      }
    }
    return false;
  }

  private LeakScope outermost() {
    LeakScope scope = this;
    for (LeakScope next = parent; next != null; next = next.parent) {
      scope = next;
    }
    return scope;
  }
}
