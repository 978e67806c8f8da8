package io.stranded.leaks;

import org.jspecify.annotations.Nullable;

/**
 * Hands the scope of a thread on to the threads that it creates, however many pools lie between.
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

  /** Called by the constructor of Thread, in the thread that calls it. */
  @Override
  @SuppressWarnings("NullAway") // null is what a thread has that was born in no scope
  protected @Nullable Birth childValue(@Nullable Birth parent) {
    try {
      return parent == null ? null : child(parent.scope());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return parent;
    }
  }

  private static @Nullable Birth child(LeakScope scope) {
    boolean deep = scope.births() < STACKS_OF_A_SCOPE;
    Birth birth = Birth.of(scope, deep);
    if (deep && Origin.isRunnerOfTests(birth.stack())) {
      // It runs other tests later, and is nobody's.
      return null;
    }
    scope.born(birth.isVirtual());
    return deep ? birth : birth.withoutStack();
  }
}
