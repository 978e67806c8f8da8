package io.stranded.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method of the JDK that gets hooks.
 *
 * @param owner its class, in internal form
 * @param method its name
 * @param descriptor its descriptor
 * @param enter called first, if any
 * @param leave called last, however the method ends, if any
 */
record HookPoint(
    String owner, String method, String descriptor, @Nullable Hook enter, @Nullable Hook leave) {
  private static final String LOCK_SUPPORT = "java/util/concurrent/locks/LockSupport";
  private static final String THREAD = "java/lang/Thread";
  private static final String VIRTUAL_THREAD = "java/lang/VirtualThread";
  private static final String OBJECT = "java/lang/Object";
  private static final String START_IN_CONTAINER = "(Ljdk/internal/vm/ThreadContainer;)V";

  /** The points of a JDK of the given feature release, each of which must exist there. */
  static List<HookPoint> of(int release) {
    List<HookPoint> points = new ArrayList<>();
    points.add(park("()V", Hook.PARK));
    points.add(park("(Ljava/lang/Object;)V", Hook.PARK));
    for (String timed : new String[] {"parkNanos", "parkUntil"}) {
      points.add(new HookPoint(LOCK_SUPPORT, timed, "(J)V", Hook.TIMED_PARK, Hook.RESUME));
      points.add(
          new HookPoint(
              LOCK_SUPPORT, timed, "(Ljava/lang/Object;J)V", Hook.TIMED_PARK, Hook.RESUME));
    }
    points.add(new HookPoint(THREAD, "start", "()V", Hook.START, null));
    points.add(new HookPoint(THREAD, "exit", "()V", Hook.EXIT, null));
    if (release >= 21) {
      points.add(new HookPoint(THREAD, "start", START_IN_CONTAINER, Hook.START, null));
      // VirtualThread.start() calls this one: both would make two events.
      points.add(new HookPoint(VIRTUAL_THREAD, "start", START_IN_CONTAINER, Hook.START, null));
      points.add(new HookPoint(VIRTUAL_THREAD, "run", "(Ljava/lang/Runnable;)V", null, Hook.EXIT));
      // Native before 21.
      points.add(new HookPoint(OBJECT, "wait", "(J)V", Hook.WAIT, Hook.WAITED));
    }
    return points;
  }

  /**
   * What tells it from the others. Its own {@code equals} and {@code hashCode} would make the JDK
   * hold our classes: {@code ObjectMethods} keeps the last type that it was asked for.
   */
  String key() {
    return owner + "." + method + descriptor;
  }

  boolean matches(String name, String itsDescriptor) {
    return method.equals(name) && descriptor.equals(itsDescriptor);
  }

  private static HookPoint park(String descriptor, Hook enter) {
    return new HookPoint(LOCK_SUPPORT, "park", descriptor, enter, Hook.RESUME);
  }
}
