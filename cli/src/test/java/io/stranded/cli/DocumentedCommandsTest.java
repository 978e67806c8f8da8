package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.DocumentedCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every command in README and docs is one that the command line takes. */
class DocumentedCommandsTest {
  @Test
  void commandLineTakesThemAll() {
    List<DocumentedCommand> commands =
        DocumentedCommand.stranded().stream()
            .filter(command -> !command.words().get(0).equals("fleet"))
            .toList();
    assertThat(commands).hasSizeGreaterThan(30);
    List<String> refused = new ArrayList<>();
    commands.forEach(command -> complaint(command).ifPresent(refused::add));
    assertThat(refused).isEmpty();
  }

  @Test
  void oneThatIsWrongIsNoticed() {
    assertThat(complaint(new DocumentedCommand("here", false, List.of("watch", "--al"))))
        .isPresent();
    assertThat(complaint(new DocumentedCommand("here", true, List.of("analyze")))).isPresent();
    assertThat(complaint(new DocumentedCommand("here", false, List.of("analyze")))).isEmpty();
  }

  private static Optional<String> complaint(DocumentedCommand command) {
    List<String> words = command.words().stream().map(DocumentedCommandsTest::example).toList();
    try {
      CommandLine model = CommandModel.whole(new Main());
      CommandLine.ParseResult unused = model.parseArgs(words.toArray(String[]::new));
      return Optional.empty();
    } catch (CommandLine.MissingParameterException e) {
      return command.complete() ? wrong(command, e) : Optional.empty();
    } catch (CommandLine.ParameterException e) {
      return wrong(command, e);
    }
  }

  private static Optional<String> wrong(
      DocumentedCommand command, CommandLine.ParameterException e) {
    return Optional.of(command.place() + ": " + e.getMessage());
  }

  /** What stands for something of the reader's. */
  private static String example(String word) {
    return word.equals("PID") ? "4711" : word;
  }
}
