package io.stranded.leaks;

import io.stranded.internal.proof.AgentStarts;
import io.stranded.internal.proof.FullAccess;
import io.stranded.internal.proof.OwnThread;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands the scope of a thread on to the threads that it creates, however many pools lie between;
 * and where the agent tells of starts, to those that inherit nothing.
 */
final class Births extends InheritableThreadLocal<Birth> {
  private static final Births INSTANCE = new Births();
  private static final int STACKS_OF_A_SCOPE = 1_000;

  private Births() {}

  /** The one of the current thread; null if it was born in no scope and has opened none. */
  static @Nullable Birth ofCurrentThread() {
    return INSTANCE.get();
  }

  /** Sets it for the current thread; null for none. */
  static void place(@Nullable Birth birth) {
    if (birth == null) {
      INSTANCE.remove();
    } else {
      INSTANCE.set(birth);
    }
  }

  /** Hears of starts from here on, where there is an agent. */
  static void listen() {
    AgentStarts.listen(Births::started);
  }

  /** Called by the constructor of Thread, in the thread that calls it. */
  @Override
  @SuppressWarnings("NullAway") // null is what a thread has that was born in no scope
  protected @Nullable Birth childValue(@Nullable Birth parent) {
    try {
      return parent == null ? null : child(parent);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return parent;
    }
  }

  private static @Nullable Birth child(Birth parent) {
    boolean deep = parent.scope().births() < STACKS_OF_A_SCOPE;
    List<StackFrame> frames = Birth.stackHere(deep);
    Birth birth = new Birth(owner(parent, frames), frames);
    if (deep && Origin.isRunnerOfTests(birth.stack())) {
      // It runs other tests later, and is nobody's.
      return null;
    }
    birth.scope().born(birth.isVirtual());
    return deep ? birth : withoutStack(birth);
  }

  /** What is nobody's is known by its stack alone. */
  private static @Nullable Birth withoutStack(Birth birth) {
    return birth.scope() == LeakScope.NOBODYS ? null : birth.withoutStack();
  }

  /** Whose a thread is that the current one makes. */
  private static LeakScope owner(@Nullable Birth maker, List<StackFrame> frames) {
    if (maker != null && maker.isOpening() && !maker.scope().isLeft()) {
      return maker.scope();
    }
    LeakScope handedOn =
        maker == null || Origin.runsForAll(Thread.currentThread(), maker)
            ? LeakScope.NOBODYS
            : maker.scope();
    return handedOn.unless(ScopesByMethod.named(frames));
  }

  /** Called before a thread runs, in the thread that starts it. */
  private static void started(Thread thread) {
    if (thread instanceof OwnThread) {
      return;
    }
    FullAccess access = FullAccess.get().orElseThrow();
    Optional<Birth> known = access.inherited(thread, Birth.class);
    Birth starter = access.inherited(Thread.currentThread(), Birth.class).orElse(null);
    if (known.isPresent() && (starter == null || !starter.scope().isWithin(known.get().scope()))) {
      return;
    }
    LeakScope before = known.map(Birth::scope).orElse(LeakScope.NOBODYS);
    LeakScope counting = starter == null ? before : starter.scope();
    boolean deep = counting.births() < STACKS_OF_A_SCOPE;
    List<StackFrame> frames = Birth.stackHere(deep);
    LeakScope owner = owner(starter, frames);
    if (known.isPresent() && !owner.isWithin(before)) {
      return;
    }
    Birth birth = known.map(its -> its.in(owner)).orElseGet(() -> new Birth(owner, frames));
    if (deep && Origin.isRunnerOfTests(birth.stack())) {
      return;
    }
    owner.started(thread.getId(), Origin.isVirtual(thread), before);
    Birth kept = deep ? birth : withoutStack(birth);
    if (kept != null) {
      access.bequeath(thread, INSTANCE, kept);
    }
  }
}
