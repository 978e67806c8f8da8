package io.stranded.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.Cause;
import io.stranded.finding.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Leaks as JSON, the contract of {@code leak-1.schema.json}. */
final class LeakJson {
  /** The {@code schema} of every message. */
  static final String SCHEMA = "https://stranded.io/schema/leak/1";

  /** Where the schema file is found on the class path. */
  static final String SCHEMA_RESOURCE = "/io/stranded/fleet/leak-1.schema.json";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LeakJson() {}

  /** For the topic of leaks, and for the store that it is made from. */
  static Serde<Leak> serde() {
    return Serdes.serdeFrom(
        (topic, leak) -> leak == null ? null : bytes(leak),
        (topic, bytes) -> bytes == null ? null : read(bytes));
  }

  static byte[] bytes(Leak leak) {
    return toNode(leak).toString().getBytes(StandardCharsets.UTF_8);
  }

  static ObjectNode toNode(Leak leak) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("schema", SCHEMA);
    node.put("fingerprint", leak.fingerprint());
    node.put("jvms", leak.jvms());
    node.put("threads", leak.threads());
    node.put("pinnedBytes", leak.pinnedBytes());
    ObjectNode verdicts = node.putObject("verdicts");
    leak.verdicts().forEach((verdict, jvms) -> verdicts.put(verdict.name(), jvms));
    node.put("firstSeen", leak.firstSeen().toString());
    node.put("lastSeen", leak.lastSeen().toString());
    node.put("firstService", leak.firstService());
    ArrayNode services = node.putArray("services");
    leak.services().forEach((name, share) -> services.add(toNode(name, share)));
    node.put("cause", leak.place().cause().name());
    node.put("waitsOn", leak.place().waitsOn());
    leak.place().stack().forEach(node.putArray("stack")::add);
    leak.place().createdBy().forEach(node.putArray("createdBy")::add);
    return node;
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is not a leak; the message is one line
   */
  static Leak read(byte[] bytes) {
    try {
      return read(MAPPER.readTree(bytes));
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON", e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expected an ISO-8601 instant: " + e.getMessage(), e);
    }
  }

  private static Leak read(JsonNode node) {
    if (!SCHEMA.equals(node.path("schema").asText())) {
      throw new IllegalArgumentException("schema: expected " + SCHEMA);
    }
    SortedMap<Verdict, Long> verdicts = new TreeMap<>();
    node.path("verdicts")
        .properties()
        .forEach(entry -> verdicts.put(Verdict.valueOf(entry.getKey()), entry.getValue().asLong()));
    SortedMap<String, ServiceShare> services = new TreeMap<>();
    node.path("services")
        .forEach(share -> services.put(share.path("service.name").asText(), share(share)));
    return new Leak(
        node.path("fingerprint").asText(),
        node.path("jvms").asLong(),
        node.path("threads").asLong(),
        node.path("pinnedBytes").asLong(),
        verdicts,
        Instant.parse(node.path("firstSeen").asText()),
        Instant.parse(node.path("lastSeen").asText()),
        node.path("firstService").asText(),
        services,
        new Place(
            Cause.valueOf(node.path("cause").asText()),
            node.path("waitsOn").asText(),
            texts(node.path("stack")),
            texts(node.path("createdBy"))));
  }

  private static ObjectNode toNode(String name, ServiceShare share) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("service.name", name);
    node.put("jvms", share.jvms());
    node.put("threads", share.threads());
    node.put("firstSeen", share.firstSeen().toString());
    node.put("since", share.since().orElse(null));
    ArrayNode versions = node.putArray("versions");
    share
        .versions()
        .forEach(
            (version, jvms) ->
                versions
                    .addObject()
                    .put(
                        "service.version", version.equals(ServiceShare.NO_VERSION) ? null : version)
                    .put("jvms", jvms));
    return node;
  }

  private static ServiceShare share(JsonNode node) {
    SortedMap<String, Long> versions = new TreeMap<>();
    node.path("versions")
        .forEach(
            version ->
                versions.put(
                    text(version, "service.version").orElse(ServiceShare.NO_VERSION),
                    version.path("jvms").asLong()));
    return new ServiceShare(
        node.path("jvms").asLong(),
        node.path("threads").asLong(),
        Instant.parse(node.path("firstSeen").asText()),
        text(node, "since"),
        versions);
  }

  private static Optional<String> text(JsonNode node, String field) {
    return node.path(field).isTextual()
        ? Optional.of(node.path(field).textValue())
        : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
