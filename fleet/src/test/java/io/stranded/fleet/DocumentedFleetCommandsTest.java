package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.stranded.testing.DocumentedCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every command of the fleet in README and docs is one that the command line takes. */
class DocumentedFleetCommandsTest {
  private static final int COLUMNS = 80;

  @Test
  void commandLineTakesThemAll() {
    List<DocumentedCommand> commands =
        DocumentedCommand.stranded().stream()
            .filter(command -> command.words().get(0).equals("fleet"))
            .filter(DocumentedCommand::complete)
            .toList();
    assertThat(commands).hasSizeGreaterThan(3);
    assertThat(commands)
        .allSatisfy(command -> parse(command.words().subList(1, command.words().size())));
  }

  @Test
  void commandLineTakesThatOfTheExampleForKubernetes() throws IOException {
    JsonNode deployment =
        new YAMLMapper().readTree(Path.of("../packaging/kubernetes/fleet.yaml").toFile());
    List<String> words = new ArrayList<>();
    deployment
        .at("/spec/template/spec/containers/0/args")
        .forEach(word -> words.add(word.asText()));
    assertThat(words).startsWith("run").contains("--listen", "--state-dir");
    parse(words);
  }

  @Test
  void examplesFitATerminalOf80Columns() {
    CommandLine model = Main.model(new Main());
    List<CommandLine> commands = new ArrayList<>(model.getSubcommands().values());
    commands.add(model);
    assertThat(commands)
        .flatMap(command -> List.of(command.getCommandSpec().usageMessage().footer()))
        .filteredOn(line -> line.startsWith("  stranded "))
        .hasSizeGreaterThan(3)
        .allMatch(line -> line.length() <= COLUMNS);
  }

  @Test
  void oneThatIsWrongIsNoticed() {
    assertThatThrownBy(() -> parse(List.of("top", "--sort", "colour")))
        .isInstanceOf(CommandLine.ParameterException.class);
  }

  private static void parse(List<String> words) {
    CommandLine.ParseResult unused = Main.model(new Main()).parseArgs(words.toArray(String[]::new));
  }
}
