package io.stranded.internal.source;

import io.stranded.events.EventNames;
import io.stranded.internal.recording.JdkEvents;
import io.stranded.internal.recording.RecordedFact;
import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.internal.recording.RecordedFact.LookTaken;
import io.stranded.internal.recording.RecordedFact.ParkEnded;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import io.stranded.internal.source.ThreadEvent.Dumped;
import io.stranded.internal.source.ThreadEvent.Ended;
import io.stranded.internal.source.ThreadEvent.Gap;
import io.stranded.internal.source.ThreadEvent.Released;
import io.stranded.internal.source.ThreadEvent.Started;
import io.stranded.internal.source.ThreadEvent.Told;
import io.stranded.internal.source.ThreadEvent.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.management.MBeanServerConnection;
import jdk.jfr.consumer.EventStream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import jdk.management.jfr.RemoteRecordingStream;
import org.jspecify.annotations.Nullable;

/** Reads the flight recording that a JVM is writing, from outside of it or within. */
public final class StreamEventSource implements EventSource {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private static final List<String> TYPES =
      List.of(
          EventNames.THREAD_START,
          EventNames.THREAD_PARK,
          EventNames.THREAD_UNPARK,
          EventNames.THREAD_EXIT,
          EventNames.HEARTBEAT,
          "jdk.ThreadStart",
          "jdk.ThreadEnd",
          "jdk.DataLoss");

  /** What the JVM calls its operation that writes a heap dump. */
  private static final String HEAP_DUMP = "HeapDumper";

  private final EventStream stream;
  private final JdkEvents events = JdkEvents.ofStream();
  private @Nullable Instant heartbeat;

  private StreamEventSource(EventStream stream) {
    this.stream = stream;
    stream.setReuse(true);
  }

  /**
   * Opens the repository of a running recording.
   *
   * @throws IOException if it cannot be read
   */
  static StreamEventSource repository(Path repository, Instant from) throws IOException {
    EventStream stream = EventStream.openRepository(repository);
    stream.setStartTime(from);
    return new StreamEventSource(stream);
  }

  /** A recording of our own in a JVM that we are connected to, streamed over that connection. */
  static StreamEventSource remote(MBeanServerConnection beans, Map<String, String> settings)
      throws IOException {
    RemoteRecordingStream stream = new RemoteRecordingStream(beans);
    try {
      stream.setSettings(settings);
    } catch (RuntimeException e) {
      // There is a recording in the target by now.
      stream.close();
      throw e;
    }
    return new StreamEventSource(stream);
  }

  /** A recording of our own in the JVM that we run in. */
  static StreamEventSource ownJvm(Map<String, String> settings) {
    RecordingStream stream = new RecordingStream();
    stream.setSettings(settings);
    return new StreamEventSource(stream);
  }

  @Override
  public void start(Consumer<ThreadEvent> consumer) {
    for (String type : TYPES) {
      stream.onEvent(type, e -> events.decode(e).ifPresent(fact -> tell(fact, consumer)));
    }
    stream.onEvent("jdk.ExecuteVMOperation", e -> paused(e, consumer));
    stream.onFlush(
        () -> {
          // Events of a flush come in the order of their times, so those before it are told.
          if (heartbeat != null) {
            consumer.accept(new Told(heartbeat));
          }
        });
    // An event that could not be read, or taken in, is lost; the JDK would print where and go on.
    stream.onError(e -> consumer.accept(new Gap()));
    stream.startAsync();
  }

  @Override
  public void close() {
    stream.close();
    try {
      stream.awaitTermination(CLOSE_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(RecordedFact fact, Consumer<ThreadEvent> consumer) {
    if (fact instanceof ThreadStarted started) {
      consumer.accept(
          new Started(started.id(), started.name(), started.virtual(), started.creator()));
    } else if (fact instanceof ParkReported park) {
      consumer.accept(waiting(park));
    } else if (fact instanceof ParkEnded over) {
      consumer.accept(new Released(over.id()));
    } else if (fact instanceof ThreadEnded ended) {
      consumer.accept(new Ended(ended.id()));
    } else if (fact instanceof EventsLost) {
      consumer.accept(new Gap());
    } else if (fact instanceof LookTaken look) {
      heartbeat = look.at();
    }
  }

  private static void paused(RecordedEvent event, Consumer<ThreadEvent> consumer) {
    if (HEAP_DUMP.equals(event.getString("operation"))) {
      consumer.accept(new Dumped(event.getEndTime(), event.getDuration()));
    }
  }

  private static Waiting waiting(ParkReported park) {
    return new Waiting(
        park.id(),
        park.name(),
        park.virtual(),
        park.since().toEpochMilli(),
        park.since(),
        park.timed(),
        park.blockerType(),
        park.stack().lines().toList());
  }
}
