package io.stranded.silence.servers;

/** A client of a server, used by one thread. */
public interface Client {
  /** Makes a request and waits for what comes of it. */
  void request() throws Exception;

  /** Leaves the server. */
  default void end() throws Exception {}
}
