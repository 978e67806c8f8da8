package io.stranded.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import java.io.IOException;
import java.util.List;

/**
 * Writes profiles as JSON, the contract of {@code leak-profile-1.schema.json}. Written by hand, so
 * that renaming a record component can never change it. {@link ProfileJsonReader} reads it back.
 */
public final class ProfileJson {
  /** The {@code schema} of every profile. */
  public static final String SCHEMA = "https://stranded.io/schema/leak-profile/1";

  /** Where the schema file is found on the class path. */
  public static final String SCHEMA_RESOURCE = "/io/stranded/report/leak-profile-1.schema.json";

  static final ObjectMapper MAPPER = new ObjectMapper();

  /** Ready-made, for what a finding can have thousands of. */
  private static final SerializedString NAME = new SerializedString("name");

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString VIRTUAL = new SerializedString("virtual");
  private static final SerializedString PARKED_FOR = new SerializedString("parkedForMillis");

  private ProfileJson() {}

  /** The profile as indented text, ending in a line break. */
  public static String toPrettyText(LeakProfile profile) {
    try {
      return MAPPER
              .writer()
              .with(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(toNode(profile))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain nodes cannot fail to print", e);
    }
  }

  /** The profile on one line, without a line break. */
  public static String toLine(LeakProfile profile) {
    return toNode(profile).toString();
  }

  /** The profile as a tree. */
  public static ObjectNode toNode(LeakProfile profile) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("schema", SCHEMA);
    node.put("takenAt", profile.takenAt().toString());
    node.set("target", profile.target().<JsonNode>map(ProfileJson::toNode).orElse(null));
    node.set("dump", profile.dump().<JsonNode>map(ProfileJson::toNode).orElse(null));
    node.put("conclusive", profile.isConclusive());
    if (!profile.isConclusive()) {
      addAll(node.putArray("unknowns"), profile.unknowns());
    }
    node.set("threads", toNode(profile.threads()));
    ArrayNode findings = node.putArray("findings");
    profile.findings().forEach(finding -> findings.add(toNode(finding)));
    addAll(node.putArray("notes"), profile.notes());
    return node;
  }

  /** One finding as a tree, as it stands in a profile. */
  public static ObjectNode toNode(Finding finding) {
    try (TokenBuffer buffer = new TokenBuffer(MAPPER, /* hasNativeIds= */ false)) {
      buffer.writeStartObject();
      writeFields(finding, buffer);
      buffer.writeEndObject();
      return MAPPER.readTree(buffer.asParser());
    } catch (IOException e) {
      throw new IllegalStateException("a buffer in memory cannot fail", e);
    }
  }

  /**
   * Writes the fields of a finding, as they stand in a profile, into an object that is open.
   * Without a tree, since a finding can have many threads.
   */
  public static void writeFields(Finding finding, JsonGenerator out) throws IOException {
    out.writeStringField("fingerprint", finding.fingerprint());
    out.writeStringField("verdict", finding.verdict().name());
    out.writeStringField("confidence", finding.confidence().map(Enum::name).orElse(null));
    out.writeStringField("cause", finding.cause().name());
    out.writeStringField("summary", finding.summary());
    out.writeFieldName("blockedOn");
    out.writeTree(toNode(finding.blockedOn()));
    out.writeNumberField("count", finding.count());
    out.writeNumberField("pinnedBytes", finding.pinnedBytes());
    writeLines("stack", finding.stack(), out);
    if (finding.createdBy().isEmpty()) {
      out.writeNullField("createdBy");
    } else {
      writeLines("createdBy", finding.createdBy(), out);
    }
    out.writeArrayFieldStart("threads");
    for (FoundThread thread : finding.threads()) {
      write(thread, out);
    }
    out.writeEndArray();
    writeLines("evidence", finding.evidence(), out);
    if (!finding.doubts().isEmpty()) {
      writeLines("doubts", finding.doubts().stream().map(Enum::name).sorted().toList(), out);
    }
    if (!finding.aliases().isEmpty()) {
      writeLines("aliases", finding.aliases(), out);
    }
    if (finding.life().isPresent()) {
      out.writeFieldName("life");
      out.writeTree(toNode(finding.life().get()));
    }
  }

  /** A target as a tree, with OpenTelemetry's attribute names. */
  public static ObjectNode toNode(Target target) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("service.name", target.serviceName());
    target.serviceVersion().ifPresent(version -> node.put("service.version", version));
    node.put("service.instance.id", target.instanceId());
    node.put("host.name", target.hostName());
    node.put("process.pid", target.pid());
    node.put("process.runtime.version", target.javaVersion());
    return node;
  }

  private static ObjectNode toNode(DumpInfo dump) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("complete", dump.complete());
    node.put("roots", dump.roots().label());
    node.put("objects", dump.objects());
    node.put("bytes", dump.bytes());
    return node;
  }

  private static ObjectNode toNode(ThreadCounts threads) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("total", threads.total());
    node.put("candidates", threads.candidates());
    node.put("leaked", threads.leaked());
    node.put("stuck", threads.stuck());
    node.put("inconclusive", threads.inconclusive());
    threads.virtual().ifPresent(virtual -> node.put("virtual", virtual));
    return node;
  }

  private static ObjectNode toNode(Life life) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("stage", life.stage().name());
    node.put("firstSeen", life.firstSeen().toString());
    node.put("lastSeen", life.lastSeen().toString());
    // Readers of the first release ask for it, and add it to the leaked threads.
    node.put("further", 0);
    return node;
  }

  private static ObjectNode toNode(SyncObject sync) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", sync.type());
    node.put("kind", sync.kind());
    ObjectNode state = node.putObject("state");
    sync.state().forEach((name, value) -> state.set(name, MAPPER.valueToTree(value)));
    return node;
  }

  private static void write(FoundThread thread, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeFieldName(NAME);
    out.writeString(thread.name());
    out.writeFieldName(ID);
    out.writeNumber(thread.id());
    out.writeFieldName(VIRTUAL);
    out.writeBoolean(thread.virtual());
    out.writeFieldName(PARKED_FOR);
    if (thread.parkedFor().isPresent()) {
      out.writeNumber(thread.parkedFor().get().toMillis());
    } else {
      out.writeNull();
    }
    out.writeEndObject();
  }

  private static void writeLines(String field, List<String> lines, JsonGenerator out)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (String line : lines) {
      out.writeString(line);
    }
    out.writeEndArray();
  }

  private static void addAll(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
