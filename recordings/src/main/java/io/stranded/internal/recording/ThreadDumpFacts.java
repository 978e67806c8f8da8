package io.stranded.internal.recording;

import io.stranded.finding.LeakProfile;
import io.stranded.internal.files.FileKind;
import io.stranded.internal.files.ThreadText;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who owns the monitors that others are entering, as a thread dump tells that was taken with a heap
 * dump: what {@code jcmd Thread.print} and {@code Thread.dump_to_file} write, as text or JSON
 * (which say it from JDK 25 on), or the actuator of Spring Boot. Of several dumps in one file the
 * last tells that, and what {@code Thread.print} writes is two looks: at who has stayed in a wait,
 * and who has not.
 *
 * <p>An owner counts only for a thread that has the same stack in both dumps; so does the class
 * that a thread waits for until another one has initialized it, if the text tells that it was taken
 * before the heap dump.
 */
public final class ThreadDumpFacts implements ThreadFacts {
  private static final Pattern PRINTED_AT =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$", Pattern.MULTILINE);
  private static final Duration QUARTER = Duration.ofMinutes(15);

  private final Path file;
  private final ToldThreads told;
  private final SortedMap<LocalDateTime, String> printed;
  private Map<Long, String> awaitedBefore = Map.of();

  private ThreadDumpFacts(Path file, ToldThreads told, SortedMap<LocalDateTime, String> printed) {
    this.file = file;
    this.told = told;
    this.printed = printed;
  }

  /**
   * Reads a thread dump, or the thread facts that {@code stranded dump} writes.
   *
   * @throws UnreadableRecordingException if it is none; one line
   */
  public static ThreadFacts read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnreadableRecordingException(file, "no such file", e);
    } catch (IOException e) {
      throw new UnreadableRecordingException(file, "cannot be read: " + e, e);
    }
    String text = ThreadText.decode(bytes);
    if (TakenFacts.isWrittenIn(text)) {
      return TakenFacts.parse(file, text);
    }
    char first = text.isBlank() ? ' ' : text.stripLeading().charAt(0);
    ToldThreads told =
        first == '{' || first == '[' ? ThreadDumpJson.read(file, text) : ThreadDumpText.read(text);
    if (told.stacks().isEmpty()) {
      throw new UnreadableRecordingException(file, "not a thread dump: " + nothing(bytes, text));
    }
    SortedMap<LocalDateTime, String> printed = new TreeMap<>();
    for (String dump : ThreadDumpText.dumps(text)) {
      printedAt(dump).ifPresent(at -> printed.put(at, dump));
    }
    return new ThreadDumpFacts(file, told, printed);
  }

  /** The profile of a heap dump with what several thread dumps beside it tell of its waits. */
  public static LeakProfile complete(LeakProfile profile, ThreadFacts facts) {
    return facts instanceof ThreadDumpFacts dumps && dumps.printed.size() > 1
        ? new DumpSeries(dumps.printed).complete(profile)
        : profile;
  }

  private static String nothing(byte[] bytes, String text) {
    FileKind kind = FileKind.of(bytes);
    if (kind == FileKind.THREAD_DUMP && text.contains(" tid=0x")) {
      return "none of its threads has an id, as those of JDK 7 and older have none";
    }
    return "no thread found in it" + (kind == FileKind.THREAD_DUMP ? "" : kind.found());
  }

  @Override
  public void about(Instant dumpedAt, Map<Long, String> names) {
    requireSameJvm(names);
    awaitedBefore =
        printed.keySet().stream()
            .filter(at -> isBefore(at, dumpedAt))
            .max(Comparator.naturalOrder())
            .map(at -> ThreadDumpText.read(String.valueOf(printed.get(at))))
            .map(this::awaitedAsInTheLast)
            .orElse(Map.of());
  }

  /** Stacks are asked for once, so that those of an earlier dump have to be those of the last. */
  private Map<Long, String> awaitedAsInTheLast(ToldThreads before) {
    Map<Long, String> awaited = new HashMap<>(before.awaitedClasses());
    awaited
        .keySet()
        .removeIf(id -> !Objects.equals(before.stacks().get(id), told.stacks().get(id)));
    return awaited;
  }

  /** Threads are renamed now and then, but not most of them. */
  private void requireSameJvm(Map<Long, String> names) {
    int same = 0;
    int other = 0;
    for (Map.Entry<Long, String> thread : told.names().entrySet()) {
      String name = names.get(thread.getKey());
      if (name != null && !name.isEmpty() && !thread.getValue().isEmpty()) {
        if (name.equals(thread.getValue())) {
          same++;
        } else {
          other++;
        }
      }
    }
    if (other > same) {
      throw new UncheckedIOException(
          new UnreadableRecordingException(
              file,
              "is not of the JVM that was dumped: of the threads with ids that both have, %d have one name and %d have two"
                  .formatted(same, other)));
    }
  }

  /**
   * Whether a thread dump was taken before a heap dump. It is printed in the time of some zone, all
   * of which differ by whole quarters of an hour: so only two dumps of one half of that are told.
   */
  private static boolean isBefore(LocalDateTime printed, Instant dumpedAt) {
    long seconds = dumpedAt.getEpochSecond() - printed.toEpochSecond(ZoneOffset.UTC);
    long apart = Math.floorMod(seconds, QUARTER.toSeconds());
    return apart > 0 && apart < QUARTER.toSeconds() / 2;
  }

  @Override
  public Optional<String> awaitedClass(long threadId) {
    return Optional.ofNullable(awaitedBefore.get(threadId));
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Long owner = told.owners().get(threadId);
    return owner == null ? OptionalLong.empty() : OptionalLong.of(owner);
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    return Optional.ofNullable(told.monitors().get(threadId));
  }

  @Override
  public Optional<List<String>> stack(long threadId) {
    return Optional.ofNullable(told.stacks().get(threadId));
  }

  private static Optional<LocalDateTime> printedAt(String text) {
    Matcher time = PRINTED_AT.matcher(text);
    try {
      return time.find()
          ? Optional.of(LocalDateTime.parse(time.group().replace(' ', 'T')))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
