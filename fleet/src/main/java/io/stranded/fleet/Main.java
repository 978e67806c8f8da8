package io.stranded.fleet;

import io.stranded.finding.FailureLine;
import io.stranded.internal.terminal.LogFormat;
import io.stranded.internal.terminal.Meant;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code stranded fleet} command. */
@Command(
    name = "stranded fleet",
    description = "One view of the leaks of all JVMs, from their findings in Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RunCommand.class, TopCommand.class, CommandLine.HelpCommand.class},
    footer = {
      "",
      "Examples:",
      "  stranded fleet run --bootstrap-server kafka:9092   add findings up, for ever",
      "  stranded fleet top --bootstrap-server kafka:9092   tell which leak hurts most",
      "",
      "Exit codes: 0 done, 2 usage, 3 Kafka does not answer, refuses us or has no such topic.",
    })
public final class Main {
  static final int DONE = 0;
  static final int USAGE = 2;
  static final int UNREADABLE_INPUT = 3;

  // Kept here, since the log manager forgets loggers that nobody holds.
  private static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");

  @Option(
      names = "--verbose",
      description = "Add stack traces to errors.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  Main() {}

  public static void main(String[] args) {
    System.setProperty("java.util.logging.SimpleFormatter.format", "stranded: %5$s%n");
    // Its clients would log every attempt; what matters is told by us.
    KAFKA_LOG.setLevel(Level.OFF);
    System.exit(run(args));
  }

  /** Runs a command line and returns its exit code. */
  static int run(String... args) {
    Main main = new Main();
    return model(main).execute(args);
  }

  /** The model of the command line. */
  static CommandLine model(Main main) {
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Main::execute)
        .setExecutionExceptionHandler(main::report)
        .setParameterExceptionHandler((e, line) -> usage(e));
  }

  private static int execute(CommandLine.ParseResult parsed) {
    // Help for a command that there is not would be that for all, as if nothing were wrong.
    if (!parsed.unmatched().isEmpty()) {
      throw new UnmatchedArgumentException(parsed.commandSpec().commandLine(), parsed.unmatched());
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  static void log(String line) {
    System.err.println("stranded: " + line);
  }

  private int report(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    LogFormat format =
        command.getCommand() instanceof RunCommand run ? run.format() : LogFormat.TERMINAL;
    err.println(format.line(Instant.now(), "error", message(e)));
    if (verbose) {
      e.printStackTrace(err);
    }
    return e instanceof IllegalArgumentException ? USAGE : UNREADABLE_INPUT;
  }

  private static int usage(CommandLine.ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("stranded: " + e.getMessage());
    err.println(
        question(e)
            .orElse("Try '" + command.getCommandSpec().qualifiedName() + " --help' for options."));
    return USAGE;
  }

  private static Optional<String> question(CommandLine.ParameterException e) {
    CommandLine command = e.getCommandLine();
    return e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
        ? Meant.question(
            unmatched.getUnmatched().get(0),
            command.getCommandSpec().optionsMap().keySet(),
            command.getSubcommands().keySet())
        : Optional.empty();
  }

  private static String message(Exception e) {
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      return FailureLine.of(e);
    }
    return "internal error: " + e + " (--verbose tells where)";
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"stranded fleet " + number()};
    }

    static String number() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
