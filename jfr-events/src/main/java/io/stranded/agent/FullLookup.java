package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lookup of java.base itself, which may find everything: the one way into the JDK's insides.
 */
final class FullLookup {
  private static MethodHandles.@Nullable Lookup taken;

  private FullLookup() {}

  /**
   * Takes it, once; the package {@code java.lang.invoke} stays open to our module, which goes with
   * its loader.
   *
   * @throws ReflectiveOperationException if this JVM has it in another place
   */
  static synchronized MethodHandles.Lookup take(Instrumentation instrumentation)
      throws ReflectiveOperationException {
    MethodHandles.Lookup full = taken;
    if (full == null) {
      Class<?> type = MethodHandles.Lookup.class;
      instrumentation.redefineModule(
          Object.class.getModule(),
          Set.of(),
          Map.of(),
          Map.of(type.getPackageName(), Set.of(FullLookup.class.getModule())),
          Set.of(),
          Map.of());
      Field field = type.getDeclaredField("IMPL_LOOKUP");
      field.setAccessible(true);
      full = (MethodHandles.Lookup) field.get(null);
      taken = full;
    }
    return full;
  }

  /**
   * The lookup that was taken.
   *
   * @throws IllegalStateException if none was: a mistake of ours
   */
  static synchronized MethodHandles.Lookup taken() {
    if (taken == null) {
      throw new IllegalStateException("the lookup has not been taken");
    }
    return taken;
  }
}
