package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Reads event after event with the JDK's own parser, in memory that does not grow with the file.
 */
final class StreamingEventReader implements EventReader {
  private static final int EVENTS_BETWEEN_LOOKS = 1 << 14;

  private final JdkEvents events = JdkEvents.ofFiles();

  @Override
  public void read(Path file, Consumer<RecordedFact> facts, Consumer<Instant> reached)
      throws IOException {
    try (RecordingFile recording = new RecordingFile(file)) {
      for (long count = 1; recording.hasMoreEvents(); count++) {
        RecordedEvent event = recording.readEvent();
        if (count % EVENTS_BETWEEN_LOOKS == 0) {
          reached.accept(event.getEndTime());
        }
        events.decode(event).ifPresent(facts);
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
        Optional<T> found = events.decode(event).filter(kind::isInstance).map(kind::cast);
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
}
