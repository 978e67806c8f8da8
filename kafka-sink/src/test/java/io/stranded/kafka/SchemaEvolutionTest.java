package io.stranded.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Target;
import io.stranded.testing.Profiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Readers and writers of different releases understand each other under one schema id. The first
 * release's schema, and a message as it wrote it, are kept as files.
 */
class SchemaEvolutionTest {
  private static final String FIRST_SCHEMA = "/io/stranded/kafka/finding-1.first.schema.json";

  /** Readers of the first release look at no roots, so that values may be added to these. */
  private static final String OPEN_VALUES = "/properties/dump/anyOf/1/properties/roots/enum";

  private static final String FIRST_MESSAGE = "/io/stranded/kafka/finding-1.first.json";

  @Test
  void messageOfTodayConformsToTheFirstSchema() throws Exception {
    byte[] line = FindingMessage.lines(profileWithEverything()).get(0);
    assertThat(schema(FIRST_SCHEMA).validate(FindingMessage.parse(line))).isEmpty();
    assertThat(schema(FindingMessage.SCHEMA_RESOURCE).validate(FindingMessage.parse(line)))
        .isEmpty();
  }

  @Test
  void messageOfTheFirstReleaseConformsToTheSchemaOfTodayAndIsRead() throws Exception {
    JsonNode message = tree(FIRST_MESSAGE);
    assertThat(schema(FIRST_SCHEMA).validate(message)).isEmpty();
    assertThat(schema(FindingMessage.SCHEMA_RESOURCE).validate(message)).isEmpty();
    byte[] value = message.toString().getBytes(UTF_8);
    DeliveredFinding read =
        DeliveredFinding.of(new ConsumerRecord<>("t", 0, 0, new byte[0], value));
    assertThat(read.finding()).isEqualTo(Profiles.latchFinding("0123456789abcdef"));
    assertThat(read.target().orElseThrow().serviceVersion()).isEmpty();
  }

  @Test
  void frozenFindingDiffersFromTheFirstSchemaInAValueThatMayBeNew() throws Exception {
    JsonNode message = FindingMessage.parse(FindingMessage.lines(frozenProfile()).get(0));
    assertThat(message.at("/dump/roots").asText()).isEqualTo("frozen");
    assertThat(schema(FindingMessage.SCHEMA_RESOURCE).validate(message)).isEmpty();
    assertThat(schema(FIRST_SCHEMA).validate(message))
        .isNotEmpty()
        .allMatch(problem -> problem.getInstanceLocation().toString().startsWith("$.dump"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"frozen", "of-a-later-release"})
  void readersTakeRootsThatTheyDoNotKnow(String roots) throws Exception {
    ObjectNode message = (ObjectNode) tree(FIRST_MESSAGE);
    ((ObjectNode) message.path("dump")).put("roots", roots);
    byte[] value = message.toString().getBytes(UTF_8);
    DeliveredFinding read =
        DeliveredFinding.of(new ConsumerRecord<>("t", 0, 0, new byte[0], value));
    assertThat(read.finding()).isEqualTo(Profiles.latchFinding("0123456789abcdef"));
    assertThat(read.json()).isEqualTo(message.toString());
  }

  @Test
  void schemaOfTodayOnlyAddsOptionalFieldsAndValuesWhereTheyMayBeNew() throws Exception {
    assertThat(breaks("", tree(FIRST_SCHEMA), tree(FindingMessage.SCHEMA_RESOURCE))).isEmpty();
  }

  @Test
  void breaksAreFound() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode first =
        mapper.readTree(
            "{\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"enum\":[1]}}}");
    JsonNode other =
        mapper.readTree(
            "{\"required\":[\"a\",\"c\"],\"properties\":{\"a\":{\"type\":\"integer\"},\"c\":{}}}");
    assertThat(breaks("", first, other)).hasSize(3);
  }

  @Test
  void valuesMayComeToWhatReadersNeedNotKnowAndNeverGo() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode first = mapper.readTree("{\"properties\":{\"a\":{\"enum\":[1,2]}}}");
    JsonNode more = mapper.readTree("{\"properties\":{\"a\":{\"enum\":[1,3,2]}}}");
    String open = OPEN_VALUES.replace("/enum", "");
    assertThat(breaks("", first, more)).hasSize(1);
    assertThat(breaks(open, first.at("/properties/a"), more.at("/properties/a"))).isEmpty();
    assertThat(breaks(open, more.at("/properties/a"), first.at("/properties/a"))).hasSize(1);
  }

  /** What of a schema another no longer says. Texts for people, and new properties, may differ. */
  private static List<String> breaks(String path, JsonNode first, JsonNode now) {
    List<String> breaks = new ArrayList<>();
    if (first.isObject() && now.isObject()) {
      boolean names = path.endsWith("/properties") || path.endsWith("/$defs");
      first
          .properties()
          .forEach(
              field -> {
                String at = path + "/" + field.getKey();
                if (names || !field.getKey().equals("description")) {
                  breaks.addAll(breaks(at, field.getValue(), now.path(field.getKey())));
                }
              });
      now.fieldNames()
          .forEachRemaining(
              name -> {
                if (!names && !first.has(name) && !name.equals("description")) {
                  breaks.add(path + "/" + name + " is new");
                }
              });
    } else if (first.isArray() && now.isArray() && first.size() == now.size()) {
      for (int i = 0; i < first.size(); i++) {
        breaks.addAll(breaks(path + "/" + i, first.path(i), now.path(i)));
      }
    } else if (path.equals(OPEN_VALUES)) {
      first.forEach(
          value -> {
            if (!contains(now, value)) {
              breaks.add(path + " has " + value + " no more");
            }
          });
    } else if (!first.equals(now)) {
      breaks.add(path + " was " + first + " and is " + now);
    }
    return breaks;
  }

  private static boolean contains(JsonNode values, JsonNode wanted) {
    for (JsonNode value : values) {
      if (value.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static LeakProfile frozenProfile() {
    LeakProfile profile = profileWithEverything();
    return new LeakProfile(
        profile.target(),
        profile.takenAt(),
        Optional.of(new DumpInfo(true, RootPrecision.FROZEN, 213, 9_000)),
        profile.threads(),
        profile.findings(),
        profile.notes());
  }

  private static LeakProfile profileWithEverything() {
    LeakProfile profile =
        Profiles.profile(
            "host-1/4711/1",
            List.of(
                Profiles.latchFinding("0123456789abcdef").knownAs(List.of("fedcba9876543210"))));
    Target target = profile.target().orElseThrow();
    return new LeakProfile(
        Optional.of(
            new Target(
                target.serviceName(),
                target.instanceId(),
                target.hostName(),
                target.pid(),
                target.javaVersion(),
                Optional.of("1.4"))),
        profile.takenAt(),
        profile.dump(),
        profile.threads(),
        profile.findings(),
        profile.notes());
  }

  private static JsonSchema schema(String resource) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(SchemaEvolutionTest.class.getResourceAsStream(resource));
  }

  private static JsonNode tree(String resource) throws IOException {
    return new ObjectMapper().readTree(SchemaEvolutionTest.class.getResourceAsStream(resource));
  }
}
