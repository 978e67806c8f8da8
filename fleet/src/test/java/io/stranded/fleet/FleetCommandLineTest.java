package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is typed wrongly is told in a line, with what was probably meant. */
class FleetCommandLineTest {
  @Test
  void unknownCommandsAndOptionsAreAskedAbout() {
    assertThat(complaint("topp")).contains("Did you mean top?");
    assertThat(complaint("tpo", "--help")).contains("Did you mean top?");
    assertThat(complaint("top", "--formt", "json")).contains("Did you mean --format?");
    assertThat(complaint()).contains("Try 'stranded fleet --help'");
  }

  @Test
  void logOfAFleetIsOfTheFormThatIsAskedForToTheLastLine(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    String[] wrong = {"run", "--bootstrap-server=localhost:1", "--state-dir=" + file};
    assertThat(complaint(wrong))
        .matches(Fleet.TIME + " stranded: --state-dir " + file + ": is not a directory\\R");
    String json = complaint(wrong[0], wrong[1], wrong[2], "--log-format=json");
    assertThat(json.lines()).hasSize(1);
    JsonNode line = Reports.tree(Reports.utf8(json));
    assertThat(line.get("level").asText()).isEqualTo("error");
    assertThat(line.get("message").asText()).contains("is not a directory");
  }

  private static String complaint(String... args) {
    StringWriter err = new StringWriter();
    CommandLine model = Main.model(new Main()).setErr(new PrintWriter(err));
    assertThat(model.execute(args)).isEqualTo(Main.USAGE);
    return err.toString();
  }
}
