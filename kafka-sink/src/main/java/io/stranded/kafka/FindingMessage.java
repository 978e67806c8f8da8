package io.stranded.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Standing;
import io.stranded.finding.Target;
import io.stranded.report.ProfileJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * One finding as it travels: the line in the spool and the value of the Kafka record are the same
 * bytes, the contract of {@code finding-1.schema.json}.
 */
public final class FindingMessage {
  /** The {@code schema} of every message and its {@code ce_dataschema}. */
  public static final String SCHEMA = "https://stranded.io/schema/finding/1";

  /** Where the schema file is found on the class path. */
  public static final String SCHEMA_RESOURCE = "/io/stranded/kafka/finding-1.schema.json";

  /** The {@code ce_type} of every message. */
  public static final String TYPE = "io.stranded.finding.v1";

  /** Stands for the instance in keys of findings whose target is not known. */
  public static final String UNKNOWN_INSTANCE = "unknown";

  static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads one value and nothing behind it. */
  private static final ObjectReader WHOLE =
      MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Field of a spool line that is no finding but the tombstone of a key. */
  static final String TOMBSTONE = "tombstone";

  /** How keys of what is stuck end. */
  private static final String STUCK = "|stuck";

  private static final int ID_BYTES = 16;

  private FindingMessage() {}

  /**
   * The messages of a profile, in the order of its findings: one line of JSON each, and one for
   * each key, as a later one would replace the former.
   */
  public static List<byte[]> lines(LeakProfile profile) {
    ObjectNode head = head(profile);
    String instance = instance(profile);
    List<byte[]> lines = new ArrayList<>();
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    for (Finding finding : LeakKinds.surest(profile.findings())) {
      buffer.reset();
      write(head, id(instance, profile, finding), finding, buffer);
      lines.add(buffer.toByteArray());
    }
    return lines;
  }

  private static void write(
      ObjectNode head, String id, Finding finding, ByteArrayOutputStream buffer) {
    try (JsonGenerator out = MAPPER.createGenerator(buffer)) {
      out.writeStartObject();
      for (Map.Entry<String, JsonNode> field : head.properties()) {
        out.writeFieldName(field.getKey());
        out.writeTree(field.getValue());
      }
      out.writeStringField("id", id);
      ProfileJson.writeFields(finding, out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a buffer in memory cannot fail", e);
    }
  }

  /** The spool line that makes a record without a value. */
  static byte[] tombstone(String key) {
    return bytes(MAPPER.createObjectNode().put(TOMBSTONE, key));
  }

  /** The keys of a profile's findings. */
  static List<String> keys(LeakProfile profile) {
    String instance = instance(profile);
    return profile.findings().stream().map(finding -> key(finding, instance)).distinct().toList();
  }

  /**
   * The key of a finding: everything about it on one JVM is in one partition, in order. What is
   * stuck may be open beside what is leaked at the same place, so it has a key of its own.
   */
  public static String key(Finding finding, String instance) {
    return key(finding.fingerprint(), instance, finding.standing() == Standing.STUCK);
  }

  static String key(String fingerprint, String instance, boolean stuck) {
    return fingerprint + "|" + instance + (stuck ? STUCK : "");
  }

  /** The key of what is leaked at the same place of the same JVM, which may be the key itself. */
  public static String ofLeaked(String key) {
    return key.endsWith(STUCK) ? key.substring(0, key.length() - STUCK.length()) : key;
  }

  /** The key of what is stuck there, which may be the key itself. */
  public static String ofStuck(String key) {
    return ofLeaked(key) + STUCK;
  }

  /**
   * Parses a message.
   *
   * @throws IllegalArgumentException if it is not a JSON object
   */
  static ObjectNode parse(byte[] json) {
    try {
      // An empty text gives a missing node, which is no object either.
      if (WHOLE.readTree(json) instanceof ObjectNode node) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  static byte[] bytes(ObjectNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static ObjectNode head(LeakProfile profile) {
    ObjectNode whole =
        ProfileJson.toNode(
            new LeakProfile(
                profile.target(),
                profile.takenAt(),
                profile.dump(),
                profile.threads(),
                List.of(),
                List.of()));
    ObjectNode head = MAPPER.createObjectNode();
    head.put("schema", SCHEMA);
    for (String field : List.of("takenAt", "target", "dump")) {
      JsonNode value = whole.get(field);
      head.set(field, value);
    }
    return head;
  }

  private static String instance(LeakProfile profile) {
    return profile.target().map(Target::instanceId).orElse(UNKNOWN_INSTANCE);
  }

  /** The same for every delivery of the same finding, whoever delivers it and however often. */
  private static String id(String instance, LeakProfile profile, Finding finding) {
    StringBuilder text = new StringBuilder();
    text.append(instance).append('|').append(finding.fingerprint());
    text.append('|').append(profile.takenAt()).append('|').append(finding.verdict());
    for (FoundThread thread : finding.threads()) {
      text.append('|').append(thread.id());
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
