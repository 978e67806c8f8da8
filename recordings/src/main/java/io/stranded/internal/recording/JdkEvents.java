package io.stranded.internal.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import org.jspecify.annotations.Nullable;

/** The facts in events that the JDK's own parser reads, be it in files or as they are made. */
public final class JdkEvents {
  private static final int PLACES_IN_FILES = 4096;
  private static final int PLACES_IN_STREAM = 64;

  private final EventDecoder decoder;
  private final CreatorCache creators;

  private JdkEvents(EventDecoder decoder, CreatorCache creators) {
    this.decoder = decoder;
    this.creators = creators;
  }

  /** For files, of which much is kept: what is equal is kept once. */
  static JdkEvents ofFiles() {
    return new JdkEvents(new EventDecoder(new StackPool()), new CreatorCache(PLACES_IN_FILES));
  }

  /** For events that come for as long as a JVM runs: little of them is kept. */
  public static JdkEvents ofStream() {
    return new JdkEvents(
        new EventDecoder(UnaryOperator.identity()), new CreatorCache(PLACES_IN_STREAM));
  }

  /** The fact in the event, if any. */
  public Optional<RecordedFact> decode(RecordedEvent event) {
    String type = event.getEventType().getName();
    return decoder.knows(type)
        ? decoder.decode(new Event(type, event, creators))
        : Optional.empty();
  }

  private record Event(String type, RecordedEvent event, CreatorCache creators)
      implements RawEvent {
    @Override
    public Instant at() {
      return event.getEndTime();
    }

    @Override
    public Duration lasted() {
      return event.getDuration();
    }

    @Override
    public @Nullable Object value(String field) {
      try {
        return event.getValue(field);
      } catch (IllegalArgumentException e) {
        return null; // there is none: rare, and to ask first would cost each field a search more
      }
    }

    @Override
    public @Nullable Long number(String field) {
      return value(field) instanceof Number number ? number.longValue() : null;
    }

    @Override
    public @Nullable Instant time(String field) {
      if (!(value(field) instanceof Long)) {
        return null;
      }
      try {
        return event.getInstant(field);
      } catch (IllegalArgumentException e) {
        return null; // a number that is not declared to be a time
      }
    }

    @Override
    public @Nullable ThreadRef thread(String field) {
      if (value(field) instanceof RecordedThread thread && thread.getJavaThreadId() > 0) {
        String name = thread.getJavaName();
        return new ThreadRef(thread.getJavaThreadId(), name == null ? "" : name);
      }
      return null;
    }

    @Override
    public List<String> creator() {
      RecordedStackTrace trace = event.getStackTrace();
      return trace == null ? List.of() : creators.of(trace);
    }
  }
}
