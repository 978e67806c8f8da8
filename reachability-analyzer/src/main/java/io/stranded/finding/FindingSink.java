package io.stranded.finding;

import java.io.Closeable;
import java.io.IOException;

/**
 * Somewhere findings go. Used by one thread at a time.
 *
 * <p>Other sinks are added by a {@link FindingSinkProvider} on the class path.
 */
public interface FindingSink extends Closeable {
  /**
   * Takes a profile. When this returns, the sink answers for the findings: they are written or
   * durably spooled.
   *
   * @throws IOException if the sink cannot take it; the message is one line for the user
   */
  void accept(LeakProfile profile) throws IOException;

  /**
   * Is told that a JVM has ended, and its leaks with it. By default of no interest.
   *
   * @throws IOException if the sink cannot take note of it; the message is one line for the user
   */
  default void gone(Target target) throws IOException {}

  /**
   * Is told, once, that all has been reported of JVMs that ended while nobody watched them. What
   * the sink itself has kept of such JVMs can be closed now. By default of no interest.
   *
   * @throws IOException if the sink cannot take note of it; the message is one line for the user
   */
  default void bygonesReported() throws IOException {}

  /**
   * Whether nothing is there of what earlier runs have delivered, so that findings which these have
   * opened are to be told again. By default not.
   */
  default boolean startsEmpty() {
    return false;
  }

  /** Delivers what is under way, within the sink's own time limit, and lets go of everything. */
  @Override
  void close() throws IOException;
}
