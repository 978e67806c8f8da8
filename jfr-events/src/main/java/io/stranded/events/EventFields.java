package io.stranded.events;

/**
 * The names of the fields that consumers read: those of a {@link ThreadPark}. Where another event
 * has a field of that name, it means the same.
 */
public final class EventFields {
  public static final String BLOCKER_CLASS = "blockerClass";
  public static final String BLOCKER_IDENTITY = "blockerIdentity";
  public static final String KIND = "kind";
  public static final String OWNER_ID = "ownerId";
  public static final String PARKED_SINCE = "parkedSince";
  public static final String THREAD_ID = "threadId";
  public static final String THREAD_NAME = "threadName";
  public static final String THREAD_STACK = "threadStack";
  public static final String TIMED = "timed";
  public static final String VIRTUAL = "virtual";

  private EventFields() {}
}
