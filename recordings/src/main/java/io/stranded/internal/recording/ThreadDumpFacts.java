package io.stranded.internal.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who owns the monitors that others are entering, as a thread dump tells that was taken with a heap
 * dump: the text of {@code jcmd Thread.print}, or the JSON of {@code jcmd Thread.dump_to_file
 * -format=json} from JDK 25 on (earlier ones do not say).
 *
 * <p>An owner counts only for a thread that has the same stack in both dumps; so does the class
 * that a thread waits for until another one has initialized it, if the text tells that it was taken
 * before the heap dump.
 */
public final class ThreadDumpFacts implements ThreadFacts {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Pattern PRINTED_AT =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$", Pattern.MULTILINE);
  private static final Duration QUARTER = Duration.ofMinutes(15);

  private final Map<Long, Long> owners;
  private final Map<Long, String> monitors;
  private final Map<Long, List<String>> stacks;
  private final Map<Long, String> awaitedClasses;
  private final Optional<LocalDateTime> printedAt;
  private boolean beforeTheDump;

  private ThreadDumpFacts(
      Map<Long, Long> owners,
      Map<Long, String> monitors,
      Map<Long, List<String>> stacks,
      Map<Long, String> awaitedClasses,
      Optional<LocalDateTime> printedAt) {
    this.owners = Map.copyOf(owners);
    this.monitors = Map.copyOf(monitors);
    this.stacks = Map.copyOf(stacks);
    this.awaitedClasses = Map.copyOf(awaitedClasses);
    this.printedAt = printedAt;
  }

  /**
   * Reads a thread dump, or the thread facts that {@code stranded dump} writes.
   *
   * @throws UnreadableRecordingException if it is none; one line
   */
  public static ThreadFacts read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new UnreadableRecordingException(file, "no such file", e);
    } catch (MalformedInputException e) {
      throw new UnreadableRecordingException(file, "not a thread dump: not text", e);
    }
    if (TakenFacts.isWrittenIn(text)) {
      return TakenFacts.parse(file, text);
    }
    ThreadDumpFacts facts = text.stripLeading().startsWith("{") ? ofJson(file, text) : ofText(text);
    if (facts.stacks.isEmpty()) {
      throw new UnreadableRecordingException(file, "not a thread dump: no thread found in it");
    }
    return facts;
  }

  @Override
  public void about(Instant dumpedAt, Map<Long, String> names) {
    beforeTheDump = printedAt.filter(printed -> isBefore(printed, dumpedAt)).isPresent();
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
    return Optional.ofNullable(awaitedClasses.get(threadId)).filter(type -> beforeTheDump);
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    Long owner = owners.get(threadId);
    return owner == null ? OptionalLong.empty() : OptionalLong.of(owner);
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    return Optional.ofNullable(monitors.get(threadId));
  }

  @Override
  public Optional<List<String>> stack(long threadId) {
    return Optional.ofNullable(stacks.get(threadId));
  }

  private static ThreadDumpFacts ofText(String text) {
    Map<Long, Long> owners = new HashMap<>();
    Map<Long, String> monitors = new HashMap<>();
    Map<Long, List<String>> stacks = new HashMap<>();
    Map<Long, String> awaited = new HashMap<>();
    for (DumpedThread thread : ThreadDumpParser.parse(text)) {
      if (!thread.awaitedClass().isEmpty()) {
        awaited.put(thread.id(), thread.awaitedClass());
      }
      thread.owner().ifPresent(owner -> owners.put(thread.id(), owner));
      thread.monitorType().ifPresent(type -> monitors.put(thread.id(), type));
      stacks.put(thread.id(), thread.stack());
    }
    return new ThreadDumpFacts(owners, monitors, stacks, awaited, printedAt(text));
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

  private static ThreadDumpFacts ofJson(Path file, String text) throws IOException {
    JsonNode dump;
    try {
      dump = MAPPER.readTree(text).path("threadDump");
    } catch (JsonProcessingException e) {
      throw new UnreadableRecordingException(file, "not JSON: " + e.getOriginalMessage(), e);
    }
    Map<String, Long> holders = new HashMap<>();
    Set<String> ambiguous = new HashSet<>();
    Map<Long, String> blocked = new HashMap<>();
    Map<Long, List<String>> stacks = new HashMap<>();
    for (JsonNode container : dump.path("threadContainers")) {
      for (JsonNode thread : container.path("threads")) {
        long id = thread.path("tid").asLong();
        List<String> stack = new ArrayList<>();
        thread.path("stack").forEach(frame -> stack.add(FrameText.plain(frame.asText())));
        stacks.put(id, FrameText.visible(stack));
        if (thread.path("blockedOn").isTextual()) {
          blocked.put(id, thread.path("blockedOn").asText());
        }
        for (JsonNode owned : thread.path("monitorsOwned")) {
          for (JsonNode lock : owned.path("locks")) {
            String name = lock.asText();
            Long other = holders.put(name, id);
            if (other != null && other != id) {
              ambiguous.add(name);
            }
          }
        }
      }
    }
    Map<Long, Long> owners = new HashMap<>();
    Map<Long, String> monitors = new HashMap<>();
    blocked.forEach(
        (id, lock) -> {
          monitors.put(id, FrameText.typeOf(lock));
          Long owner = holders.get(lock);
          if (owner != null && !ambiguous.contains(lock)) {
            owners.put(id, owner);
          }
        });
    return new ThreadDumpFacts(owners, monitors, stacks, Map.of(), Optional.empty());
  }
}
