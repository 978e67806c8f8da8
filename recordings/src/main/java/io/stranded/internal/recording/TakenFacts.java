package io.stranded.internal.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.RootPrecision;
import io.stranded.internal.files.PrivateFiles;
import io.stranded.liveness.ThreadFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was seen of a JVM's threads around a heap dump that {@code stranded dump} took, kept in a
 * file beside it: who stayed in one wait, who owned the monitors, and whether the roots are exact.
 *
 * @param startedAt when the dump was ordered
 * @param finishedAt when it was there
 * @param roots how far its roots can be trusted
 * @param threads what was seen of each platform thread, by id
 */
public record TakenFacts(
    Instant startedAt, Instant finishedAt, RootPrecision roots, Map<Long, Seen> threads)
    implements ThreadFacts {
  /** Marks files of this kind. */
  static final String SCHEMA = "https://stranded.io/schema/thread-facts/1";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The dump says in milliseconds when it was begun. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /**
   * What was seen of a thread.
   *
   * @param steady whether it was in one untimed wait before the dump and after it
   * @param waitingFor at least so long; nothing if it is not steady
   * @param monitorOwner the thread that owned the monitor which it was entering, both times
   * @param monitorType class of that monitor
   */
  public record Seen(
      boolean steady,
      Duration waitingFor,
      OptionalLong monitorOwner,
      Optional<String> monitorType) {}

  public TakenFacts {
    threads = Map.copyOf(threads);
  }

  @Override
  public void about(Instant dumpedAt, Map<Long, String> names) {
    if (dumpedAt.isBefore(startedAt.minus(TOLERANCE))
        || dumpedAt.isAfter(finishedAt.plus(TOLERANCE))) {
      throw new IllegalArgumentException(
          "these thread facts are of a dump of " + startedAt + ", and this one is of " + dumpedAt);
    }
  }

  @Override
  public Steadiness steadiness(long threadId) {
    Seen seen = threads.get(threadId);
    // Virtual threads were not looked at.
    return seen == null ? Steadiness.UNKNOWN : seen.steady() ? Steadiness.STEADY : Steadiness.MOVED;
  }

  @Override
  public OptionalLong monitorOwner(long threadId) {
    return Optional.ofNullable(threads.get(threadId))
        .map(Seen::monitorOwner)
        .orElse(OptionalLong.empty());
  }

  @Override
  public Optional<String> monitorType(long threadId) {
    return Optional.ofNullable(threads.get(threadId)).flatMap(Seen::monitorType);
  }

  @Override
  public Optional<Duration> waitingFor(long threadId) {
    return Optional.ofNullable(threads.get(threadId)).filter(Seen::steady).map(Seen::waitingFor);
  }

  /** Writes the file, which must not exist; only its owner can read it. */
  public void write(Path file) throws IOException {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("schema", SCHEMA);
    node.put("startedAt", startedAt.toString());
    node.put("finishedAt", finishedAt.toString());
    node.put("roots", roots.label());
    ObjectNode list = node.putObject("threads");
    threads.forEach(
        (id, seen) -> {
          ObjectNode thread = list.putObject(Long.toString(id));
          thread.put("steady", seen.steady());
          thread.put("waitingForMillis", seen.waitingFor().toMillis());
          seen.monitorOwner().ifPresent(owner -> thread.put("monitorOwner", owner));
          seen.monitorType().ifPresent(type -> thread.put("monitorType", type));
        });
    PrivateFiles.writeNew(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
  }

  /** Whether a text is such a file, and not a thread dump in JSON. */
  static boolean isWrittenIn(String text) {
    return text.contains(SCHEMA);
  }

  static TakenFacts parse(Path file, String text) throws UnreadableRecordingException {
    try {
      JsonNode node = MAPPER.readTree(text);
      Map<Long, Seen> threads = new HashMap<>();
      node.path("threads")
          .properties()
          .forEach(
              entry -> {
                JsonNode owner = entry.getValue().path("monitorOwner");
                threads.put(
                    Long.parseLong(entry.getKey()),
                    new Seen(
                        entry.getValue().path("steady").asBoolean(),
                        Duration.ofMillis(entry.getValue().path("waitingForMillis").asLong()),
                        owner.isIntegralNumber()
                            ? OptionalLong.of(owner.asLong())
                            : OptionalLong.empty(),
                        Optional.ofNullable(entry.getValue().path("monitorType").textValue())));
              });
      return new TakenFacts(
          Instant.parse(node.path("startedAt").asText()),
          Instant.parse(node.path("finishedAt").asText()),
          RootPrecision.of(node.path("roots").asText()).orElse(RootPrecision.AS_DUMPED),
          threads);
    } catch (JsonProcessingException e) {
      throw new UnreadableRecordingException(file, "not JSON: " + e.getOriginalMessage(), e);
    } catch (java.time.DateTimeException | NumberFormatException e) {
      throw new UnreadableRecordingException(file, "no thread facts: " + e.getMessage(), e);
    }
  }
}
