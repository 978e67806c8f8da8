package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;

/** The lookup of java.base itself, which may find everything. */
final class FullLookup {
  private FullLookup() {}

  /**
   * Takes it; the package {@code java.lang.invoke} stays open to our module.
   *
   * @throws ReflectiveOperationException if this JVM has it in another place
   */
  static MethodHandles.Lookup of(Instrumentation instrumentation)
      throws ReflectiveOperationException {
    Class<?> type = MethodHandles.Lookup.class;
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of(type.getPackageName(), Set.of(FullLookup.class.getModule())),
        Set.of(),
        Map.of());
    Field full = type.getDeclaredField("IMPL_LOOKUP");
    full.setAccessible(true);
    return (MethodHandles.Lookup) full.get(null);
  }
}
