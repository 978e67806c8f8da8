package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A model of some commands says of them, and of all, what the whole one says. */
class CommandModelTest {
  private static final int COLUMNS = 80;

  private final CommandLine whole = CommandModel.whole(new Main());

  @Test
  void listOfCommandsIsThatOfTheWholeModel() {
    assertThat(of("--help").getUsageMessage()).isEqualTo(whole.getUsageMessage());
  }

  @Test
  void helpOfACommandIsThatOfTheWholeModel() {
    assertThat(whole.getSubcommands()).containsKeys("watch", "analyze", "help");
    whole
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command(name, name, "--help").getUsageMessage())
                    .isEqualTo(command.getUsageMessage()));
  }

  /** A wrapped one could not be copied; all other text is wrapped to the terminal. */
  @Test
  void examplesFitATerminalOf80Columns() {
    List<CommandLine> commands = new ArrayList<>(whole.getSubcommands().values());
    commands.add(whole);
    List<String> examples =
        commands.stream()
            .flatMap(command -> Stream.of(command.getCommandSpec().usageMessage().footer()))
            .filter(line -> line.startsWith("  stranded "))
            .toList();
    assertThat(examples).hasSizeGreaterThan(20).allMatch(line -> line.length() <= COLUMNS);
  }

  @Test
  void commandsThatAreNotNamedHaveNoOptions() {
    assertThat(command("analyze", "watch").getCommandSpec().optionsMap())
        .containsOnlyKeys("--verbose", "--fold");
  }

  @Test
  void optionOfAllCommandsIsTakenBeforeAndBehindTheCommand() {
    for (List<String> line : List.of(List.of("--verbose", "list"), List.of("list", "--verbose"))) {
      Main main = new Main();
      CommandModel.of(main, line).parseArgs(line.toArray(String[]::new));
      assertThat(main.isVerbose()).as("%s", line).isTrue();
    }
  }

  @Test
  void unknownCommandsAndOptionsAreAskedAbout() {
    assertThat(complaint("wacth", "4711")).contains("Did you mean watch?");
    assertThat(complaint("tial")).contains("Did you mean tail?");
    assertThat(complaint("snapshto")).contains("Did you mean snapshot?");
    assertThat(complaint("analyze", "--formt=json", "x.hprof")).contains("Did you mean --format?");
    assertThat(complaint("nothing-like-it")).contains("Try 'stranded --help'");
    assertThat(complaint("diff")).contains("Try 'stranded diff --help'");
    assertThat(complaint("wacth", "--help")).contains("Did you mean watch?");
  }

  private static String complaint(String... args) {
    StringWriter err = new StringWriter();
    Main main = new Main();
    CommandLine model =
        CommandModel.of(main, List.of(args))
            .setErr(new PrintWriter(err))
            .setExecutionStrategy(main)
            .setParameterExceptionHandler(main);
    assertThat(model.execute(args)).isEqualTo(ExitCode.USAGE);
    return err.toString();
  }

  private static CommandLine command(String name, String... args) {
    return Objects.requireNonNull(of(args).getSubcommands().get(name));
  }

  private static CommandLine of(String... args) {
    return CommandModel.of(new Main(), List.of(args));
  }
}
