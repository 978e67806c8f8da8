package io.stranded.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.stranded.finding.LeakProfile;
import io.stranded.testing.Profiles;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileJsonTest {
  private final LeakProfile profile =
      Profiles.profile("host-1/4711/1", List.of(Profiles.latchFinding("0123456789abcdef")));
  private final JsonSchema schema =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(ProfileJson.class.getResourceAsStream(ProfileJson.SCHEMA_RESOURCE));

  @Test
  void profileConformsToTheSchema() {
    assertThat(schema.validate(ProfileJson.toNode(profile))).isEmpty();
  }

  @Test
  void schemaRejectsAFindingWithoutItsThreads() {
    ObjectNode node = ProfileJson.toNode(profile);
    ((ObjectNode) node.get("findings").get(0)).remove("threads");
    assertThat(schema.validate(node)).isNotEmpty();
  }

  @Test
  void readingBackGivesTheSameProfile() {
    assertThat(ProfileJsonReader.parse(ProfileJson.toPrettyText(profile))).isEqualTo(profile);
    assertThat(ProfileJsonReader.parse(ProfileJson.toLine(profile))).isEqualTo(profile);
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() {
    ObjectNode node = ProfileJson.toNode(profile).put("later", true);
    assertThat(ProfileJsonReader.parse(node.toString())).isEqualTo(profile);
  }

  @Test
  void whatIsNotAProfileIsNamed() {
    assertThatThrownBy(() -> ProfileJsonReader.parse("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ProfileJsonReader.parse("{\"schema\":\"x\"}"))
        .hasMessageContaining("schema");
    ObjectNode node = ProfileJson.toNode(profile);
    ((ObjectNode) node.get("dump")).put("roots", "weather");
    assertThatThrownBy(() -> ProfileJsonReader.parse(node.toString()))
        .hasMessage("roots: unknown value weather");
  }
}
