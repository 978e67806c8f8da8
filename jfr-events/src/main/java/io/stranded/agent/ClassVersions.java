package io.stranded.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Set;

/** How often some classes had been changed by agents, this one or others, at a moment. */
final class ClassVersions {
  private final MethodHandle count;
  private final Set<Class<?>> classes;
  private final long sum;

  /** Notes the versions that the classes have now. Takes that {@link HookClass} is defined. */
  ClassVersions(Set<Class<?>> classes) {
    this.classes = classes;
    try {
      count =
          MethodHandles.privateLookupIn(Class.class, HookClass.lookup())
              .findGetter(Class.class, "classRedefinedCount", int.class);
    } catch (Throwable e) {
      throw new IllegalStateException("this JDK does not count the changes of classes", e);
    }
    sum = sum();
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
