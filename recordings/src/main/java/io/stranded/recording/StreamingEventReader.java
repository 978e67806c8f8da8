package io.stranded.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads event after event with the JDK's own parser, in memory that does not grow with the file.
 */
final class StreamingEventReader implements EventReader {
  private static final int EVENTS_BETWEEN_LOOKS = 1 << 14;

  private final EventDecoder decoder = new EventDecoder();
  private final FrameCache frames = new FrameCache();

  @Override
  public void read(Path file, Consumer<RecordedFact> facts, Consumer<Instant> reached)
      throws IOException {
    try (RecordingFile recording = new RecordingFile(file)) {
      for (long count = 1; recording.hasMoreEvents(); count++) {
        RecordedEvent event = recording.readEvent();
        if (count % EVENTS_BETWEEN_LOOKS == 0) {
          reached.accept(event.getEndTime());
        }
        String type = event.getEventType().getName();
        if (decoder.knows(type)) {
          decoder.decode(new Event(type, event, frames)).ifPresent(facts);
        }
      }
    } catch (RuntimeException | VirtualMachineError e) {
      throw unreadable(e);
    }
  }

  /**
   * The first fact of that kind in a file.
   *
   * @throws IOException if the file cannot be read as far
   */
  <T extends RecordedFact> Optional<T> first(Path file, Class<T> kind) throws IOException {
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        String type = event.getEventType().getName();
        Optional<T> found =
            decoder.decode(new Event(type, event, frames)).filter(kind::isInstance).map(kind::cast);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    } catch (RuntimeException | VirtualMachineError e) {
      throw unreadable(e);
    }
  }

  /** The parser trusts the bytes: in a damaged chunk it recurses and allocates as they say. */
  private static IOException unreadable(Throwable e) {
    return e instanceof OutOfMemoryError
        ? new IOException(
            "damaged, or too much for the Java heap of %d MiB: give it more with -Xmx"
                .formatted(Runtime.getRuntime().maxMemory() >> 20),
            e)
        : new IOException("damaged: " + e, e);
  }

  /** Many threads are started from few places: their frames are made and kept once. */
  private static final class FrameCache {
    private static final int LIMIT = 4096;

    private final Map<RecordedStackTrace, List<String>> recent =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<RecordedStackTrace, List<String>> eldest) {
            return size() > LIMIT;
          }
        };
    private final Map<List<String>, List<String>> pool = new LinkedHashMap<>();

    List<String> of(RecordedStackTrace trace) {
      return recent.computeIfAbsent(trace, this::make);
    }

    private List<String> make(RecordedStackTrace trace) {
      List<String> made = new ArrayList<>(trace.getFrames().size());
      for (RecordedFrame frame : trace.getFrames()) {
        if (frame.isJavaFrame() && frame.getMethod() != null) {
          made.add(
              FrameText.format(
                  frame.getMethod().getType().getName(),
                  frame.getMethod().getName(),
                  frame.getLineNumber()));
        }
      }
      List<String> result = FrameText.creator(made);
      if (pool.size() >= LIMIT) {
        return result;
      }
      List<String> known = pool.putIfAbsent(result, result);
      return known == null ? result : known;
    }
  }

  private record Event(String type, RecordedEvent event, FrameCache cache) implements RawEvent {
    @Override
    public Instant at() {
      return event.getEndTime();
    }

    @Override
    public @Nullable Object value(String field) {
      return event.hasField(field) ? event.getValue(field) : null;
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
      return trace == null ? List.of() : cache.of(trace);
    }
  }
}
