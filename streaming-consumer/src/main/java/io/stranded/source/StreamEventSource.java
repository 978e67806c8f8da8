package io.stranded.source;

import io.stranded.recording.FrameText;
import io.stranded.source.ThreadEvent.Dumped;
import io.stranded.source.ThreadEvent.Ended;
import io.stranded.source.ThreadEvent.Gap;
import io.stranded.source.ThreadEvent.Released;
import io.stranded.source.ThreadEvent.Started;
import io.stranded.source.ThreadEvent.Told;
import io.stranded.source.ThreadEvent.Waiting;
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
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import jdk.management.jfr.RemoteRecordingStream;
import org.jspecify.annotations.Nullable;

/** Reads the flight recording that a JVM is writing, from outside of it or within. */
public final class StreamEventSource implements EventSource {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /** What the JVM calls its operation that writes a heap dump. */
  private static final String HEAP_DUMP = "HeapDumper";

  private final EventStream stream;
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
    stream.onEvent(
        "stranded.ThreadStart",
        e ->
            consumer.accept(
                new Started(
                    e.getLong("threadId"), text(e, "threadName"), frames(e.getStackTrace()))));
    stream.onEvent("jdk.ThreadStart", e -> started(e, consumer));
    stream.onEvent("stranded.ThreadPark", e -> consumer.accept(waiting(e)));
    stream.onEvent(
        "stranded.ThreadUnpark", e -> consumer.accept(new Released(e.getLong("threadId"))));
    stream.onEvent("stranded.ThreadExit", e -> consumer.accept(new Ended(e.getLong("threadId"))));
    stream.onEvent("jdk.ThreadEnd", e -> ended(e, consumer));
    stream.onEvent("jdk.DataLoss", e -> consumer.accept(new Gap()));
    stream.onEvent("jdk.ExecuteVMOperation", e -> paused(e, consumer));
    stream.onEvent("stranded.Heartbeat", e -> heartbeat = e.getEndTime());
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

  private static void started(RecordedEvent event, Consumer<ThreadEvent> consumer) {
    RecordedThread thread = event.getThread("thread");
    if (thread != null) {
      String name = thread.getJavaName();
      consumer.accept(
          new Started(
              thread.getJavaThreadId(), name == null ? "" : name, frames(event.getStackTrace())));
    }
  }

  private static void ended(RecordedEvent event, Consumer<ThreadEvent> consumer) {
    RecordedThread thread = event.getThread("thread");
    if (thread != null) {
      consumer.accept(new Ended(thread.getJavaThreadId()));
    }
  }

  private static void paused(RecordedEvent event, Consumer<ThreadEvent> consumer) {
    if (HEAP_DUMP.equals(event.getString("operation"))) {
      consumer.accept(new Dumped(event.getEndTime(), event.getDuration()));
    }
  }

  private static Waiting waiting(RecordedEvent event) {
    long since = event.getInstant("parkedSince").toEpochMilli();
    return new Waiting(
        event.getLong("threadId"),
        text(event, "threadName"),
        event.getBoolean("virtual"),
        since,
        Instant.ofEpochMilli(since),
        event.getBoolean("timed"),
        text(event, "blockerClass"),
        text(event, "threadStack").lines().toList());
  }

  private static String text(RecordedEvent event, String field) {
    String text = event.getString(field);
    return text == null ? "" : text;
  }

  private static List<String> frames(@Nullable RecordedStackTrace trace) {
    if (trace == null) {
      return List.of();
    }
    List<String> frames =
        trace.getFrames().stream()
            .filter(frame -> frame.isJavaFrame())
            .map(
                frame ->
                    FrameText.format(
                        frame.getMethod().getType().getName(),
                        frame.getMethod().getName(),
                        frame.getLineNumber()))
            .toList();
    return FrameText.creator(frames);
  }
}
