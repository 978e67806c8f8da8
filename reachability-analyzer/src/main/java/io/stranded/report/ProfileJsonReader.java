package io.stranded.report;

import static io.stranded.report.ProfileJson.MAPPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Doubt;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Standing;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import java.io.IOException;
import java.io.Reader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads back what {@link ProfileJson} writes, ignoring fields that a later version has added. */
public final class ProfileJsonReader {
  private ProfileJsonReader() {}

  /**
   * Reads a profile.
   *
   * @throws IllegalArgumentException if the text is not a profile; the message is one line that
   *     names the field
   */
  public static LeakProfile parse(String json) {
    return profile(tree(json));
  }

  /**
   * Reads the last of any number of profiles, as JSON lines or otherwise one after the other; of
   * those that a watch wrote change by change, all findings that are open at the end.
   *
   * @throws IllegalArgumentException if any of it is not JSON, or the last is not a profile; the
   *     message is one line
   * @throws IOException if the reader fails
   */
  public static LeakProfile last(Reader json) throws IOException {
    JsonNode last = MissingNode.getInstance();
    LeakProfile whole = null;
    ProfileFold fold = new ProfileFold();
    try (MappingIterator<JsonNode> nodes = MAPPER.readerFor(JsonNode.class).readValues(json)) {
      while (nodes.hasNextValue()) {
        last = nodes.nextValue();
        if (last.path("findings").path(0).has("life")) {
          whole = fold.add(profile(last));
        } else {
          whole = null;
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not JSON at line " + e.getLocation().getLineNr() + ": " + brief(e), e);
    }
    return whole == null ? profile(last) : whole;
  }

  /** Jackson's message without the place of the input that it cannot name. */
  private static String brief(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    int place = message.indexOf(" (start marker");
    return place < 0 ? message : message.substring(0, place);
  }

  private static LeakProfile profile(JsonNode node) {
    if (!ProfileJson.SCHEMA.equals(node.path("schema").asText())) {
      throw new IllegalArgumentException("schema: expected " + ProfileJson.SCHEMA);
    }
    List<Finding> findings = list(node, "findings", ProfileJsonReader::finding);
    LeakProfile profile =
        new LeakProfile(
            optional(node, "target", ProfileJsonReader::target),
            instant(node, "takenAt"),
            optional(node, "dump", ProfileJsonReader::dump),
            threadCounts(field(node, "threads"), findings),
            findings,
            list(node, "notes", JsonNode::asText));
    // Profiles of the first release do not say whether they are conclusive.
    return node.has("conclusive")
        ? profile.withUnknowns(list(node, "unknowns", JsonNode::asText))
        : profile;
  }

  /**
   * Reads one finding.
   *
   * @throws IllegalArgumentException if the text is not a finding; the message is one line
   */
  public static Finding finding(String json) {
    return finding(tree(json));
  }

  /**
   * Reads one finding.
   *
   * @throws IllegalArgumentException if the tree is not a finding; the message names the field
   */
  public static Finding finding(JsonNode told) {
    JsonNode node = LaterJson.replaced(told);
    return new Finding(
        text(node, "fingerprint"),
        constant(Verdict.class, node, "verdict"),
        optional(node, "confidence", value -> constant(Confidence.class, node, "confidence")),
        constant(Cause.class, node, "cause"),
        text(node, "summary"),
        syncObject(field(node, "blockedOn")),
        list(node, "threads", ProfileJsonReader::thread),
        number(node, "pinnedBytes"),
        list(node, "stack", JsonNode::asText),
        list(node, "createdBy", JsonNode::asText),
        list(node, "evidence", JsonNode::asText),
        doubts(node),
        optional(node, "life", ProfileJsonReader::life),
        list(node, "aliases", JsonNode::asText));
  }

  /** Those of the doubts that this version knows; the evidence tells the others, too. */
  private static Set<Doubt> doubts(JsonNode node) {
    List<String> names = list(node, "doubts", JsonNode::asText);
    return Arrays.stream(Doubt.values())
        .filter(doubt -> names.contains(doubt.name()))
        .collect(Collectors.toSet());
  }

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException if the tree is not a target; the message names the field
   */
  public static Target target(JsonNode node) {
    return new Target(
        text(node, "service.name"),
        text(node, "service.instance.id"),
        text(node, "host.name"),
        number(node, "process.pid"),
        text(node, "process.runtime.version"),
        optional(node, "service.version", JsonNode::asText));
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static DumpInfo dump(JsonNode node) {
    String roots = text(node, "roots");
    RootPrecision precision =
        RootPrecision.of(roots)
            .orElseThrow(() -> new IllegalArgumentException("roots: unknown value " + roots));
    return new DumpInfo(
        field(node, "complete").asBoolean(),
        precision,
        number(node, "objects"),
        number(node, "bytes"));
  }

  private static ThreadCounts threadCounts(JsonNode node, List<Finding> findings) {
    // Profiles of the first release count stuck threads among the leaked ones.
    long among = node.has("stuck") ? 0 : ThreadCounts.count(findings, Standing.STUCK);
    return new ThreadCounts(
        number(node, "total"),
        number(node, "candidates"),
        Math.max(0, number(node, "leaked") - among),
        node.has("stuck") ? number(node, "stuck") : among,
        number(node, "inconclusive"),
        node.path("virtual").isIntegralNumber()
            ? OptionalLong.of(number(node, "virtual"))
            : OptionalLong.empty());
  }

  private static SyncObject syncObject(JsonNode node) {
    Map<String, Object> state = new LinkedHashMap<>();
    field(node, "state")
        .properties()
        .forEach(entry -> state.put(entry.getKey(), scalar(entry.getValue())));
    return new SyncObject(text(node, "type"), text(node, "kind"), state);
  }

  private static Object scalar(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isIntegralNumber() ? value.longValue() : value.asText();
  }

  private static Life life(JsonNode node) {
    return new Life(
        constant(Life.Stage.class, node, "stage"),
        instant(node, "firstSeen"),
        instant(node, "lastSeen"));
  }

  private static FoundThread thread(JsonNode node) {
    return new FoundThread(
        text(node, "name"),
        number(node, "id"),
        field(node, "virtual").asBoolean(),
        optional(node, "parkedForMillis", millis -> Duration.ofMillis(millis.asLong())));
  }

  private static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      throw new IllegalArgumentException(name + ": missing");
    }
    return value;
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + ": expected a string");
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.canConvertToLong()) {
      throw new IllegalArgumentException(name + ": expected a whole number");
    }
    return value.longValue();
  }

  private static Instant instant(JsonNode node, String name) {
    try {
      return Instant.parse(text(node, name));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name + ": expected an ISO-8601 instant", e);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonNode node, String name) {
    String value = text(node, name);
    try {
      return Enum.valueOf(type, value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": unknown value " + value, e);
    }
  }

  private static <T> Optional<T> optional(
      JsonNode node, String name, Function<JsonNode, T> reader) {
    JsonNode value = node.path(name);
    return value.isMissingNode() || value.isNull()
        ? Optional.empty()
        : Optional.of(reader.apply(value));
  }

  private static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> reader) {
    JsonNode array = node.path(name);
    List<T> values = new ArrayList<>();
    if (!array.isNull()) {
      array.forEach(element -> values.add(reader.apply(element)));
    }
    return values;
  }
}
