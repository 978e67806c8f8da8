package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows a heap dump taken next what hidden classes were given as their class data. HotSpot dumps no
 * fields of Class objects, so without this nothing in a dump leads to what only class data holds.
 */
final class HiddenClassData {
  private static volatile Shown[] shown = {};

  private HiddenClassData() {}

  /** Whether a dump taken now would show any. */
  static boolean isShown() {
    return shown.length > 0;
  }

  /** Shows nothing any more. */
  static void hide() {
    shown = new Shown[0];
  }

  /** Weak, to keep nothing alive; the analyzer knows it by name and takes it for a strong one. */
  private static final class Shown extends WeakReference<Object> {
    Shown(Object data) {
      super(data);
    }
  }

  /**
   * Looks at all hidden classes and initializes none.
   *
   * @param full as {@link FullLookup} gives it
   * @throws Throwable if this JVM does not let us; nothing has changed then
   */
  static void show(Instrumentation instrumentation, MethodHandles.Lookup full) throws Throwable {
    MethodHandle getter =
        full.findVirtual(Class.class, "getClassData", MethodType.methodType(Object.class));
    List<Shown> found = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.isHidden()) {
        Object data = getter.invoke(type);
        if (data != null) {
          found.add(new Shown(data));
        }
      }
    }
    shown = found.toArray(new Shown[0]);
  }
}
