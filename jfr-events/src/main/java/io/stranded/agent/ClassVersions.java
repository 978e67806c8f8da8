package io.stranded.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How often some classes had been changed by agents, this one or others, at a moment. */
final class ClassVersions {
  private final Set<Class<?>> classes;
  private final MethodHandle count;
  private final long sum;

  private ClassVersions(Set<Class<?>> classes, MethodHandle count) {
    this.classes = classes;
    this.count = count;
    this.sum = sum();
  }

  /**
   * The versions that the classes have now, null if this JDK does not count them.
   *
   * @param full as {@link FullLookup} gives it
   */
  static @Nullable ClassVersions of(Set<Class<?>> classes, MethodHandles.Lookup full) {
    try {
      return new ClassVersions(
          classes, full.findGetter(Class.class, "classRedefinedCount", int.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Whether the classes are still those. */
  boolean isCurrent() {
    return sum() == sum;
  }

  private long sum() {
    long now = 0;
    for (Class<?> type : classes) {
      try {
        now += (int) count.invokeExact(type);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
    return now;
  }
}
