package io.stranded.cli;

import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The model of the command line. What a command line does not name is known by name and description
 * alone: the options of all commands take longer to read than most commands run.
 */
final class CommandModel {
  private static final List<Class<?>> COMMANDS =
      List.of(
          WatchCommand.class,
          DumpCommand.class,
          SnapshotCommand.class,
          AnalyzeCommand.class,
          ReplayCommand.class,
          TrendCommand.class,
          DiffCommand.class,
          TailCommand.class,
          EnableCommand.class,
          DisableCommand.class,
          ListCommand.class,
          FleetCommand.class,
          CommandLine.HelpCommand.class);

  private CommandModel() {}

  /** The model for a command line. */
  static CommandLine of(Main main, List<String> args) {
    CommandLine model = new CommandLine(main);
    for (Class<?> type : COMMANDS) {
      Command command = Objects.requireNonNull(type.getAnnotation(Command.class));
      if (args.contains(command.name())) {
        model.addSubcommand(command.name(), type);
      } else {
        model.addSubcommand(command.name(), stub(command));
      }
    }
    return model.setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** The model with all commands. */
  static CommandLine whole(Main main) {
    return of(
        main,
        COMMANDS.stream()
            .map(type -> Objects.requireNonNull(type.getAnnotation(Command.class)).name())
            .toList());
  }

  private static CommandSpec stub(Command command) {
    CommandSpec stub = CommandSpec.create().name(command.name());
    stub.usageMessage().header(command.header()).description(command.description());
    return stub;
  }
}
