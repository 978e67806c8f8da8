package io.stranded.internal.recording;

import io.stranded.events.EventFields;
import io.stranded.events.EventNames;
import io.stranded.internal.recording.RecordedFact.EventsLost;
import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import io.stranded.internal.recording.RecordedFact.LookTaken;
import io.stranded.internal.recording.RecordedFact.ParkEnded;
import io.stranded.internal.recording.RecordedFact.ParkReported;
import io.stranded.internal.recording.RecordedFact.ThreadDumpTaken;
import io.stranded.internal.recording.RecordedFact.ThreadEnded;
import io.stranded.internal.recording.RecordedFact.ThreadLived;
import io.stranded.internal.recording.RecordedFact.ThreadRan;
import io.stranded.internal.recording.RecordedFact.ThreadStarted;
import io.stranded.internal.recording.RecordedFact.ThreadsCounted;
import io.stranded.internal.recording.RecordedFact.WaitOver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of events: ours, and those of the JDK.
 *
 * <p>An event that lacks what its name promises is nobody's we know, and no fact.
 */
final class EventDecoder {
  private static final Pattern VM_VERSION = Pattern.compile("\\((\\d[^)\\s]*)\\)");

  private final UnaryOperator<String> stacks;

  private final Map<String, Function<RawEvent, Optional<RecordedFact>>> byType =
      Map.ofEntries(
          Map.entry("jdk.ThreadStart", EventDecoder::started),
          Map.entry("jdk.ThreadEnd", EventDecoder::ended),
          Map.entry("jdk.VirtualThreadStart", EventDecoder::virtualStarted),
          Map.entry("jdk.VirtualThreadEnd", e -> ended(e, e.number("javaThreadId"), true, false)),
          Map.entry("jdk.JavaThreadStatistics", EventDecoder::counted),
          Map.entry("jdk.ThreadPark", EventDecoder::waitOver),
          Map.entry("jdk.JavaMonitorWait", EventDecoder::waitOver),
          Map.entry("jdk.JavaMonitorEnter", EventDecoder::waitOver),
          Map.entry("jdk.ThreadSleep", EventDecoder::waitOver),
          Map.entry("jdk.ExecutionSample", e -> ran(e, "sampledThread")),
          Map.entry("jdk.ObjectAllocationSample", e -> ran(e, "eventThread")),
          Map.entry("jdk.ObjectAllocationInNewTLAB", e -> ran(e, "eventThread")),
          Map.entry("jdk.ThreadAllocationStatistics", EventDecoder::lived),
          Map.entry("jdk.ThreadDump", EventDecoder::dump),
          Map.entry("jdk.JVMInformation", EventDecoder::jvm),
          Map.entry("jdk.DataLoss", EventDecoder::loss),
          Map.entry(EventNames.THREAD_START, EventDecoder::reportedStart),
          Map.entry(EventNames.THREAD_PARK, this::park),
          Map.entry(EventNames.THREAD_UNPARK, EventDecoder::unpark),
          Map.entry(EventNames.THREAD_EXIT, EventDecoder::reportedEnd),
          Map.entry(EventNames.HEARTBEAT, e -> Optional.of(new LookTaken(e.at()))));

  /**
   * A decoder that remembers nothing.
   *
   * @param stacks what to keep in place of a stack: an equal one
   */
  EventDecoder(UnaryOperator<String> stacks) {
    this.stacks = stacks;
  }

  /** Whether events of the type can be facts. */
  boolean knows(String type) {
    return byType.containsKey(type);
  }

  /** The fact in the event, if any. */
  Optional<RecordedFact> decode(RawEvent event) {
    Function<RawEvent, Optional<RecordedFact>> decoder = byType.get(event.type());
    return decoder == null ? Optional.empty() : decoder.apply(event);
  }

  private static Optional<RecordedFact> started(RawEvent event) {
    RawEvent.ThreadRef thread = event.thread("thread");
    return thread != null
        ? Optional.of(
            new ThreadStarted(
                event.at(), thread.id(), thread.name(), false, event.creator(), false))
        : Optional.empty();
  }

  private static Optional<RecordedFact> virtualStarted(RawEvent event) {
    Long id = event.number("javaThreadId");
    RawEvent.ThreadRef thread = event.thread("eventThread");
    // The thread itself makes this event, so its stack says nothing about who started it.
    return id == null
        ? Optional.empty()
        : Optional.of(
            new ThreadStarted(
                event.at(), id, thread == null ? "" : thread.name(), true, List.of(), false));
  }

  private static Optional<RecordedFact> reportedStart(RawEvent event) {
    Long id = event.number(EventFields.THREAD_ID);
    return id == null
        ? Optional.empty()
        : Optional.of(
            new ThreadStarted(
                event.at(),
                id,
                orEmpty(event.text(EventFields.THREAD_NAME)),
                Boolean.TRUE.equals(event.flag(EventFields.VIRTUAL)),
                event.creator(),
                true));
  }

  private static Optional<RecordedFact> ended(RawEvent event) {
    RawEvent.ThreadRef thread = event.thread("thread");
    return thread != null ? ended(event, thread.id(), false, false) : Optional.empty();
  }

  private static Optional<RecordedFact> reportedEnd(RawEvent event) {
    return ended(
        event,
        event.number(EventFields.THREAD_ID),
        Boolean.TRUE.equals(event.flag(EventFields.VIRTUAL)),
        true);
  }

  private static Optional<RecordedFact> ended(
      RawEvent event, @Nullable Long id, boolean virtual, boolean byAgent) {
    return id == null
        ? Optional.empty()
        : Optional.of(new ThreadEnded(event.at(), id, virtual, byAgent));
  }

  private static Optional<RecordedFact> counted(RawEvent event) {
    Long active = event.number("activeCount");
    return active == null ? Optional.empty() : Optional.of(new ThreadsCounted(event.at(), active));
  }

  private static Optional<RecordedFact> waitOver(RawEvent event) {
    RawEvent.ThreadRef thread = event.thread("eventThread");
    return thread != null
        ? Optional.of(new WaitOver(event.at(), thread.id(), event.lasted()))
        : Optional.empty();
  }

  private static Optional<RecordedFact> ran(RawEvent event, String field) {
    RawEvent.ThreadRef thread = event.thread(field);
    return thread != null ? Optional.of(new ThreadRan(event.at(), thread.id())) : Optional.empty();
  }

  private static Optional<RecordedFact> lived(RawEvent event) {
    RawEvent.ThreadRef thread = event.thread("thread");
    return thread != null
        ? Optional.of(new ThreadLived(event.at(), thread.id()))
        : Optional.empty();
  }

  private static Optional<RecordedFact> dump(RawEvent event) {
    String text = event.text("result");
    return text == null ? Optional.empty() : Optional.of(new ThreadDumpTaken(event.at(), text));
  }

  private static Optional<RecordedFact> jvm(RawEvent event) {
    Long pid = event.number("pid");
    Instant startedAt = event.time("jvmStartTime");
    if (startedAt == null) {
      return Optional.empty();
    }
    String version = orEmpty(event.text("jvmVersion"));
    Matcher number = VM_VERSION.matcher(version);
    return Optional.of(
        new JvmDescribed(
            event.at(),
            pid == null ? 0 : pid,
            startedAt,
            number.find() ? number.group(1) : version,
            orEmpty(event.text("javaArguments")),
            orEmpty(event.text("jvmArguments"))));
  }

  private static Optional<RecordedFact> loss(RawEvent event) {
    Long bytes = event.number("amount");
    // Of whatever size, it is a loss.
    return Optional.of(new EventsLost(event.at(), bytes == null ? 1 : bytes));
  }

  private Optional<RecordedFact> park(RawEvent event) {
    Long id = event.number(EventFields.THREAD_ID);
    Instant since = event.time(EventFields.PARKED_SINCE);
    if (id == null || since == null) {
      return Optional.empty();
    }
    Long identity = event.number(EventFields.BLOCKER_IDENTITY);
    Long owner = event.number(EventFields.OWNER_ID);
    return Optional.of(
        new ParkReported(
            event.at(),
            id,
            orEmpty(event.text(EventFields.THREAD_NAME)),
            Boolean.TRUE.equals(event.flag(EventFields.VIRTUAL)),
            orEmpty(event.text(EventFields.KIND)),
            orEmpty(event.text(EventFields.BLOCKER_CLASS)),
            identity == null ? 0 : identity.intValue(),
            owner == null ? 0 : owner,
            Boolean.TRUE.equals(event.flag(EventFields.TIMED)),
            since,
            stacks.apply(orEmpty(event.text(EventFields.THREAD_STACK)))));
  }

  private static Optional<RecordedFact> unpark(RawEvent event) {
    Long id = event.number(EventFields.THREAD_ID);
    Instant since = event.time(EventFields.PARKED_SINCE);
    return id == null || since == null
        ? Optional.empty()
        : Optional.of(new ParkEnded(event.at(), id, since));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
