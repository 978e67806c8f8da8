package io.stranded.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import jdk.jfr.consumer.EventStream;
import jdk.jfr.consumer.RecordedEvent;

/** The agent's events of another JVM, collected as they come. */
final class EventLog implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final List<RecordedEvent> events = new ArrayList<>();
  private final EventStream stream;

  private EventLog(EventStream stream) {
    this.stream = stream;
  }

  static EventLog follow(Path repository) {
    try {
      EventStream stream = EventStream.openRepository(repository);
      EventLog log = new EventLog(stream);
      stream.setStartTime(Instant.EPOCH);
      stream.setReuse(false);
      stream.onEvent(log::add);
      stream.startAsync();
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for an event and returns it. */
  RecordedEvent await(Predicate<RecordedEvent> wanted) {
    return awaitCount(1, wanted).get(0);
  }

  /** Waits until there are so many events and returns all of them. */
  synchronized List<RecordedEvent> awaitCount(int count, Predicate<RecordedEvent> wanted) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    List<RecordedEvent> found = all(wanted);
    while (found.size() < count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the event did not come; there were " + events);
      }
      try {
        wait(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      found = all(wanted);
    }
    return found;
  }

  /**
   * Waits until the agent has looked at the threads twice more, so that what it had to say of the
   * present state has been said and has arrived.
   */
  void awaitLooks() {
    int before = all(event -> named(event, "Heartbeat")).size();
    awaitCount(before + 2, event -> named(event, "Heartbeat"));
  }

  /** The events so far. */
  synchronized List<RecordedEvent> all(Predicate<RecordedEvent> wanted) {
    return events.stream().filter(wanted).toList();
  }

  /** Whether it is the agent's event of this name about a thread of this name. */
  static Predicate<RecordedEvent> about(String event, String thread) {
    return recorded -> named(recorded, event) && recorded.getString("threadName").equals(thread);
  }

  static boolean named(RecordedEvent event, String name) {
    return event.getEventType().getName().equals("stranded." + name);
  }

  @Override
  public void close() {
    stream.close();
  }

  private synchronized void add(RecordedEvent event) {
    if (event.getEventType().getName().startsWith("stranded.")) {
      events.add(event);
      notifyAll();
    }
  }
}
