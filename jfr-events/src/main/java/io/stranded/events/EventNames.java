package io.stranded.events;

/** The names of the events' types, as recordings and their settings have them. */
public final class EventNames {
  public static final String EVERY_PARK = "stranded.EveryPark";
  public static final String HEARTBEAT = "stranded.Heartbeat";
  public static final String THREAD_EXIT = "stranded.ThreadExit";
  public static final String THREAD_LEAK = "stranded.ThreadLeak";
  public static final String THREAD_PARK = "stranded.ThreadPark";
  public static final String THREAD_START = "stranded.ThreadStart";
  public static final String THREAD_UNPARK = "stranded.ThreadUnpark";

  private EventNames() {}
}
