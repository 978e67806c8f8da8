package io.stranded.agent;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Tells stacks from each other without naming their frames, which takes a tenth of the time: by the
 * record that HotSpot keeps in an exception until somebody asks for its stack trace.
 *
 * <p>That is an array whose first elements are the numbers of the methods within their classes, the
 * positions within the methods, and the classes, each an array too.
 */
final class StackHash {
  private static final int METHODS = 0;
  private static final int POSITIONS = 1;
  private static final int CLASSES = 2;

  private static final @Nullable MethodHandle RECORD = recordGetter();

  private final Trace trace = new Trace();

  /**
   * A number that is the same for the same frames, this method's included.
   *
   * @param depth how many frames count, 32 at most
   * @return 0 if this JVM keeps no such record
   */
  long here(int depth) {
    if (RECORD == null) {
      return 0;
    }
    Object[] stack;
    try {
      stack = (Object[]) (Object) RECORD.invokeExact(trace.copy().fillInStackTrace());
    } catch (Throwable e) {
      return 0;
    }
    if (stack != null
        && stack[METHODS] instanceof short[] methods
        && stack[POSITIONS] instanceof int[] positions
        && stack[CLASSES] instanceof Object[] classes) {
      return hash(methods, positions, classes, Math.min(depth, classes.length));
    }
    return 0;
  }

  private static long hash(short[] methods, int[] positions, Object[] classes, int depth) {
    long hash = 1;
    for (int i = 0; i < depth && classes[i] != null; i++) {
      hash = 31 * hash + System.identityHashCode(classes[i]);
      hash = 31 * hash + methods[i];
      hash = 0x9E37_79B9_7F4A_7C15L * (hash + positions[i]);
    }
    return hash;
  }

  private static @Nullable MethodHandle recordGetter() {
    try {
      return FullLookup.taken().findGetter(Throwable.class, "backtrace", Object.class);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Copied instead of made anew: Flight Recorder counts each exception that is made. */
  private static final class Trace extends Throwable implements Cloneable {
    private static final long serialVersionUID = 1;

    Trace copy() throws CloneNotSupportedException {
      return (Trace) clone();
    }
  }
}
