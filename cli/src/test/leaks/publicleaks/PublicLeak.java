package publicleaks;

/** A leak that a library is known for, or the same library used without leaking. */
interface PublicLeak {
  /** Starts the threads. */
  void start() throws Exception;

  /** Does once more what a service does again and again. */
  default void again() throws Exception {}
}
