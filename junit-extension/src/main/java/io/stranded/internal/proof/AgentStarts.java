package io.stranded.internal.proof;

import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The agent in our own JVM, where it was loaded: it is called for each thread that is started, in
 * the thread that starts it.
 *
 * <p>Nothing of it is on our class path: we put ourselves before its handler, in the class that it
 * has defined beside {@code LockSupport}.
 */
public final class AgentStarts {
  private static final String STATUS = "stranded.agent.status";
  private static final String RUNNING = "running";
  private static final String HOOKS = "java.util.concurrent.locks.StrandedHooks";
  private static final String START = "start";

  private AgentStarts() {}

  /** Whether the agent is there. */
  public static boolean areTold() {
    String status = System.getProperty(STATUS);
    return status != null && status.startsWith(RUNNING);
  }

  /**
   * Has a listener called for each start from here on, once, as long as the agent runs. Does
   * nothing where there is none, or where nothing lets us.
   */
  public static synchronized void listen(Consumer<Thread> listener) {
    if (!areTold() || FullAccess.get().isEmpty()) {
      return;
    }
    try {
      VarHandle hook = FullAccess.get().get().hook(HOOKS, START, ObjLongConsumer.class);
      Object before = hook.getVolatile();
      if (before instanceof ObjLongConsumer<?> handler && !(handler instanceof Listener)) {
        hook.compareAndSet(handler, new Listener(listener, handler));
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another version of the agent: then it is as if there were none.
    }
  }

  /** Comes before the agent's own handler, and never in its way. */
  private static final class Listener implements ObjLongConsumer<Thread> {
    private final Consumer<Thread> listener;
    private final ObjLongConsumer<Thread> next;

    @SuppressWarnings("unchecked")
    Listener(Consumer<Thread> listener, ObjLongConsumer<?> next) {
      this.listener = listener;
      this.next = (ObjLongConsumer<Thread>) next;
    }

    @Override
    public void accept(Thread started, long id) {
      try {
        listener.accept(started);
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        // The thread is started all the same, and is nobody's.
      }
      next.accept(started, id);
    }
  }
}
