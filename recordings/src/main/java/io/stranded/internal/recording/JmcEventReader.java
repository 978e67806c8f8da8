package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmc.common.IMCFrame;
import org.openjdk.jmc.common.IMCStackTrace;
import org.openjdk.jmc.common.IMCThread;
import org.openjdk.jmc.common.item.IAccessorKey;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.item.IItemIterable;
import org.openjdk.jmc.common.item.IMemberAccessor;
import org.openjdk.jmc.common.item.IType;
import org.openjdk.jmc.common.unit.IQuantity;
import org.openjdk.jmc.common.unit.UnitLookup;
import org.openjdk.jmc.flightrecorder.CouldNotLoadRecordingException;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/** Loads a file whole with JDK Mission Control: all or nothing, and only what fits the heap. */
final class JmcEventReader implements EventReader {
  // Held, or the level would be forgotten with the logger. The parser warns of every field that it
  // does not know, such as "virtual" in threads of newer JDKs.
  private static final Logger PARSER_LOG = Logger.getLogger("org.openjdk.jmc.flightrecorder");

  /** What the parser gives the name of the thread that made the event, in types without one. */
  private static final Set<String> THREADS_OF_EVENTS = Set.of("sampledThread", "thread");

  static {
    PARSER_LOG.setLevel(Level.SEVERE);
  }

  private final EventDecoder decoder = new EventDecoder(new StackPool());

  @Override
  public void read(Path file, Consumer<RecordedFact> facts, Consumer<Instant> reached)
      throws IOException {
    List<RecordedFact> read = new ArrayList<>();
    try {
      read(JfrLoaderToolkit.loadEvents(file.toFile()), decoder, read::add);
    } catch (CouldNotLoadRecordingException | RuntimeException | VirtualMachineError e) {
      // The parser trusts the bytes: in a damaged chunk it recurses and allocates as they say.
      throw new IOException("damaged: " + e, e);
    }
    read.forEach(facts);
  }

  /** Hands every fact of loaded events to the consumer. */
  static void read(IItemCollection loaded, EventDecoder decoder, Consumer<RecordedFact> facts) {
    for (IItemIterable items : loaded) {
      String type = items.getType().getIdentifier();
      if (decoder.knows(type)) {
        Map<String, IMemberAccessor<?, IItem>> fields = fieldsOf(items.getType());
        for (IItem item : items) {
          decoder.decode(new Item(type, item, fields)).ifPresent(facts);
        }
      }
    }
  }

  private static Map<String, IMemberAccessor<?, IItem>> fieldsOf(IType<IItem> type) {
    Map<String, IMemberAccessor<?, IItem>> fields = new HashMap<>();
    for (IAccessorKey<?> key : type.getAccessorKeys().keySet()) {
      fields.put(key.getIdentifier(), type.getAccessor(key));
    }
    return fields;
  }

  private record Item(String type, IItem item, Map<String, IMemberAccessor<?, IItem>> fields)
      implements RawEvent {
    @Override
    public @Nullable Object value(String field) {
      IMemberAccessor<?, IItem> accessor = fields.get(field);
      if (accessor == null && THREADS_OF_EVENTS.contains(field)) {
        accessor = fields.get("eventThread");
      }
      return accessor == null ? null : accessor.getMember(item);
    }

    @Override
    public Instant at() {
      Instant start = time("startTime");
      return start == null ? Instant.EPOCH : start.plus(lasted());
    }

    @Override
    public Duration lasted() {
      return value("duration") instanceof IQuantity duration
          ? Duration.ofNanos(duration.clampedLongValueIn(UnitLookup.NANOSECOND))
          : Duration.ZERO;
    }

    @Override
    public @Nullable Long number(String field) {
      Object value = value(field);
      if (value instanceof IQuantity quantity) {
        return quantity.longValue();
      }
      if (value instanceof String text && text.matches("\\d{1,18}")) {
        return Long.valueOf(text); // that is how it presents process ids
      }
      return value instanceof Number number ? number.longValue() : null;
    }

    @Override
    public @Nullable Instant time(String field) {
      return value(field) instanceof IQuantity quantity
              && quantity.getUnit().getContentType() == UnitLookup.TIMESTAMP
          ? Instant.EPOCH.plusNanos(quantity.clampedLongValueIn(UnitLookup.EPOCH_NS))
          : null;
    }

    @Override
    public @Nullable ThreadRef thread(String field) {
      if (!(value(field) instanceof IMCThread thread)) {
        return null;
      }
      Long id = thread.getThreadId();
      String name = thread.getThreadName();
      return id == null || id <= 0 ? null : new ThreadRef(id, name == null ? "" : name);
    }

    @Override
    public List<String> creator() {
      if (!(value("stackTrace") instanceof IMCStackTrace trace)) {
        return List.of();
      }
      List<String> frames = new ArrayList<>(trace.getFrames().size());
      for (IMCFrame frame : trace.getFrames()) {
        if (frame.getMethod() != null && frame.getMethod().getType() != null) {
          Integer line = frame.getFrameLineNumber();
          frames.add(
              FrameText.format(
                  frame.getMethod().getType().getFullName(),
                  frame.getMethod().getMethodName(),
                  line == null ? -1 : line));
        }
      }
      return FrameText.creator(frames);
    }
  }
}
