package io.stranded.internal.source;

import java.util.function.Consumer;

/** Tells what happens to the threads of one JVM. */
public interface EventSource extends AutoCloseable {
  /**
   * Begins to tell, from threads of its own, one event at a time. Call once.
   *
   * @param consumer hears every event; must not block for long
   */
  void start(Consumer<ThreadEvent> consumer);

  /** Tells of all open waits once more, where that is this source's own doing. */
  default void tellAgain() {}

  /** Ends it; no event comes afterwards. */
  @Override
  void close();
}
