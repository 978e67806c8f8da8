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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Who owns the monitors that others are entering, as a thread dump tells that was taken with a heap
 * dump: the text of {@code jcmd Thread.print}, or the JSON of {@code jcmd Thread.dump_to_file
 * -format=json} from JDK 25 on (earlier ones do not say).
 *
 * <p>An owner counts only for a thread that has the same stack in both dumps.
 */
public final class ThreadDumpFacts implements ThreadFacts {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<Long, Long> owners;
  private final Map<Long, String> monitors;
  private final Map<Long, List<String>> stacks;

  private ThreadDumpFacts(
      Map<Long, Long> owners, Map<Long, String> monitors, Map<Long, List<String>> stacks) {
    this.owners = Map.copyOf(owners);
    this.monitors = Map.copyOf(monitors);
    this.stacks = Map.copyOf(stacks);
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
    for (DumpedThread thread : ThreadDumpParser.parse(text)) {
      thread.owner().ifPresent(owner -> owners.put(thread.id(), owner));
      thread.monitorType().ifPresent(type -> monitors.put(thread.id(), type));
      stacks.put(thread.id(), thread.stack());
    }
    return new ThreadDumpFacts(owners, monitors, stacks);
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
    return new ThreadDumpFacts(owners, monitors, stacks);
  }
}
