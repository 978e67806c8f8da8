package io.stranded.silence.servers;

/**
 * The way to a running server. Holds an address rather than the server where there is one: what the
 * harness keeps reachable cannot be found to be leaked.
 */
@FunctionalInterface
public interface Clients {
  /**
   * A new client.
   *
   * @param number counts the clients from 0; those of even and of odd numbers may do different work
   */
  Client connect(int number) throws Exception;
}
