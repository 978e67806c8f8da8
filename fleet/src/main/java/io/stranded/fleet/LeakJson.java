package io.stranded.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.kafka.SchemaCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Leaks as JSON, the contract of {@code leak-1.schema.json}. */
final class LeakJson {
  /** The {@code schema} of every message. */
  static final String SCHEMA = "https://stranded.io/schema/leak/1";

  /** Where the schema file is found on the class path. */
  static final String SCHEMA_RESOURCE = "/io/stranded/fleet/leak-1.schema.json";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final SchemaCheck CHECK = SchemaCheck.of(LeakJson.class, SCHEMA_RESOURCE);

  /** Stands for all words of verdicts that are not kept; no word has this form. */
  private static final String OTHERS = "_OTHERS";

  private LeakJson() {}

  /** For the topic of leaks, and for the store that it is made from. */
  static Serde<Leak> serde() {
    return Serdes.serdeFrom(
        (topic, leak) -> leak == null ? null : bytes(leak),
        (topic, bytes) -> bytes == null ? null : leak(tree(bytes)));
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
    leak.verdicts().named().forEach(verdicts::put);
    if (leak.verdicts().others() > 0) {
      verdicts.put(OTHERS, leak.verdicts().others());
    }
    node.put("firstSeen", leak.firstSeen().toString());
    node.put("lastSeen", leak.lastSeen().toString());
    node.put("firstService", leak.firstService());
    ArrayNode services = node.putArray("services");
    leak.services().named().forEach((name, share) -> services.add(toNode(name, share)));
    node.putObject("otherServices")
        .put("jvms", leak.services().otherJvms())
        .put("threads", leak.services().otherThreads())
        .put("forgotten", leak.services().forgotten());
    node.put("cause", leak.place().cause());
    node.put("waitsOn", leak.place().waitsOn());
    leak.place().stack().forEach(node.putArray("stack")::add);
    leak.place().createdBy().forEach(node.putArray("createdBy")::add);
    leak.place().evidence().forEach(node.putArray("evidence")::add);
    leak.place().names().forEach(node.putArray("threadNames")::add);
    leak.place().aliases().forEach(node.withArray("aliases")::add);
    return node;
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is not a leak; the message is one line
   */
  static Leak read(byte[] bytes) {
    JsonNode node = tree(bytes);
    if (!SCHEMA.equals(node.path("schema").asText())) {
      throw new IllegalArgumentException("schema: expected " + SCHEMA);
    }
    CHECK.check(node);
    return leak(node);
  }

  private static JsonNode tree(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  private static Leak leak(JsonNode node) {
    SortedMap<String, Long> verdicts = new TreeMap<>();
    node.path("verdicts")
        .properties()
        .forEach(entry -> verdicts.put(entry.getKey(), entry.getValue().longValue()));
    @Nullable Long others = verdicts.remove(OTHERS);
    SortedMap<String, ServiceShare> services = new TreeMap<>();
    node.path("services")
        .forEach(share -> services.put(share.path("service.name").textValue(), share(share)));
    JsonNode otherServices = node.path("otherServices");
    return new Leak(
        node.path("fingerprint").textValue(),
        node.path("jvms").longValue(),
        node.path("threads").longValue(),
        node.path("pinnedBytes").bigIntegerValue(),
        new BoundedCounts(verdicts, others == null ? 0 : others),
        Instant.parse(node.path("firstSeen").textValue()),
        Instant.parse(node.path("lastSeen").textValue()),
        node.path("firstService").textValue(),
        new Services(
            services,
            otherServices.path("jvms").longValue(),
            otherServices.path("threads").longValue(),
            otherServices.path("forgotten").longValue()),
        new Place(
            node.path("cause").textValue(),
            node.path("waitsOn").textValue(),
            texts(node.path("stack")),
            texts(node.path("createdBy")),
            texts(node.path("evidence")),
            texts(node.path("threadNames")),
            texts(node.path("aliases"))));
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
        .named()
        .forEach(
            (version, jvms) ->
                versions
                    .addObject()
                    .put(
                        "service.version", version.equals(ServiceShare.NO_VERSION) ? null : version)
                    .put("jvms", jvms));
    node.put("otherVersions", share.versions().others());
    return node;
  }

  private static ServiceShare share(JsonNode node) {
    SortedMap<String, Long> versions = new TreeMap<>();
    node.path("versions")
        .forEach(
            version ->
                versions.put(
                    text(version, "service.version").orElse(ServiceShare.NO_VERSION),
                    version.path("jvms").longValue()));
    return new ServiceShare(
        node.path("jvms").longValue(),
        node.path("threads").longValue(),
        Instant.parse(node.path("firstSeen").textValue()),
        text(node, "since"),
        new BoundedCounts(versions, node.path("otherVersions").longValue()));
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
