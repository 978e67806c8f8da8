package io.stranded.leaks;

import io.stranded.internal.proof.FullAccess;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of work, such as a test, to which the threads are attributed that are started in it: by
 * the thread that has opened it, by those that this one has started, and so on.
 *
 * <p>To be left by the thread that has opened it, and before those that were opened around it. What
 * it started can be looked at by any thread, at any time after.
 */
public final class LeakScope {
  /** That of threads of which it is not known whose they are. */
  static final LeakScope NOBODYS = new LeakScope("", Reach.ITS_OWN, /* mark= */ 0);

  private static final Set<LeakScope> OPEN = ConcurrentHashMap.newKeySet();
  private static final Set<Long> TOLD = ConcurrentHashMap.newKeySet();

  private final String name;
  private final @Nullable LeakScope parent;
  private final @Nullable Birth outer;
  private final long opener;
  private final Reach reach;
  private final AtomicLong births = new AtomicLong();
  private final AtomicInteger fruitless = new AtomicInteger();
  private volatile long mark;
  private volatile boolean virtual;
  private volatile boolean alone;
  private volatile boolean left;
  private volatile boolean over;

  /** Which threads are looked at. */
  private enum Reach {
    /** Those that were started in it. */
    ITS_OWN,
    /** Those of which it is not known whose they are. */
    NOBODYS,
    /** All. */
    ALL
  }

  /** One that is never opened. */
  private LeakScope(String name, Reach reach, long mark) {
    this.name = name;
    this.reach = reach;
    this.mark = mark;
    parent = null;
    outer = null;
    opener = 0;
    alone = true;
    virtual = reach == Reach.ALL;
  }

  private LeakScope(String name, @Nullable LeakScope parent) {
    this.name = name;
    this.reach = Reach.ITS_OWN;
    this.parent = parent;
    this.outer = Births.ofCurrentThread();
    this.opener = Thread.currentThread().getId();
    this.mark = LiveThreads.mark();
    Births.listen();
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
    return new LeakScope("this JVM", Reach.ALL, /* mark= */ 0);
  }

  /**
   * Says which method runs in it: a thread that others start is its as well, if a stack says so.
   */
  public LeakScope ofMethod(Method method) {
    ScopesByMethod.add(method, this);
    return this;
  }

  private static LeakScope opened(LeakScope scope) {
    OPEN.add(scope);
    Births.place(Birth.opening(scope));
    return scope;
  }

  /** Leaves it: what this thread starts from here on is not its any more. */
  public void leave() {
    left = true;
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
    LeakReport report = new LeakCheck(this, options, all).run();
    over = left;
    return report;
  }

  /**
   * The threads that were started since it was made, and of which it is not known whose they are.
   * They are nobody's leaks, but they are there.
   */
  public LeakReport checkUnknown(LeakOptions options) {
    LeakScope unknown = new LeakScope("somebody unknown", Reach.NOBODYS, mark);
    unknown.virtual = LiveThreads.areVirtual(mark);
    return new LeakCheck(unknown, options, /* all= */ true).run();
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
    return Optional.ofNullable(Births.ofCurrentThread())
        .map(Birth::scope)
        .filter(scope -> scope != NOBODYS);
  }

  void born(boolean virtually) {
    for (LeakScope scope = this; scope != null; scope = scope.parent) {
      scope.births.incrementAndGet();
      scope.virtual |= virtually;
    }
  }

  /**
   * Counts a thread that was started in it, and was not handed on to it when it was made.
   *
   * @param before whose it was up to now, which contains this one; or nobody's
   */
  void started(long threadId, boolean virtually, LeakScope before) {
    for (LeakScope scope = this; scope != null && scope != before; scope = scope.parent) {
      scope.births.incrementAndGet();
      scope.virtual |= virtually;
      scope.reachTo(threadId);
    }
  }

  /** A thread may have been made long before it is started. */
  private synchronized void reachTo(long threadId) {
    mark = Math.min(mark, threadId - 1);
  }

  /** Whether virtual threads were started in it. */
  boolean hasVirtual() {
    return virtual;
  }

  /** Whether a thread with such an id may have come from it, and has not been told yet. */
  boolean mayHave(long threadId) {
    return reach == Reach.ALL || (threadId > mark && !TOLD.contains(threadId));
  }

  /** Whether a thread with such an id may have come from it. */
  boolean mayBeOf(long threadId) {
    return threadId > mark;
  }

  /** Whether a thread of such a birth has come from it. */
  boolean has(Optional<Birth> birth) {
    return switch (reach) {
      case ALL -> true;
      case NOBODYS ->
          FullAccess.get().isPresent()
              && birth.map(Birth::scope).filter(scope -> scope != NOBODYS).isEmpty();
      case ITS_OWN ->
          birth.isPresent()
              ? birth.get().scope().isIn(this)
              // Where nothing can be read of threads, all new ones are of the only test that ran.
              : FullAccess.get().isEmpty() && alone;
    };
  }

  /** Whether it is not known whose the threads are. */
  boolean isOfNobody() {
    return reach == Reach.NOBODYS;
  }

  /** Whether threads are looked at that are not its own. */
  boolean isOfOthers() {
    return reach != Reach.ITS_OWN;
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

  /** Whether it was opened within the other one. */
  boolean isWithin(LeakScope other) {
    return this != other && (other == NOBODYS || isIn(other));
  }

  /** Whether its work is over. */
  boolean isLeft() {
    return left;
  }

  /**
   * Whose a thread is that this one was handed on to, and of which the stack names another one: the
   * narrower one of these; and of two that run side by side the one that both are in.
   */
  LeakScope unless(LeakScope named) {
    if (named == NOBODYS || isIn(named)) {
      return orNearest(scope -> !scope.over);
    }
    return this == NOBODYS || left || named.isIn(this) ? named : orNearest(named::isIn);
  }

  /** This one, or the innermost one around it for which something holds. */
  private LeakScope orNearest(Predicate<LeakScope> holds) {
    for (LeakScope scope = this; scope != null; scope = scope.parent) {
      if (holds.test(scope)) {
        return scope;
      }
    }
    return NOBODYS;
  }

  private LeakScope outermost() {
    LeakScope scope = this;
    for (LeakScope next = parent; next != null; next = next.parent) {
      scope = next;
    }
    return scope;
  }
}
