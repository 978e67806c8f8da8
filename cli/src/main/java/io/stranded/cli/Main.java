package io.stranded.cli;

import io.stranded.finding.FailureLine;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.recording.UnreadableRecordingException;
import io.stranded.internal.source.TargetLostException;
import io.stranded.internal.stack.Frameworks;
import io.stranded.internal.terminal.LogFormat;
import io.stranded.internal.terminal.Meant;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code stranded} command; no lambda is its handler, since the first one costs a start. */
@Command(
    name = "stranded",
    description = "Finds JVM threads that can never run again, and proves it.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  stranded watch 4711                   watch a running JVM",
      "  stranded dump -o heap.hprof 4711      take what a later analysis needs",
      "  stranded snapshot -o leaks.hprof 4711 take only what leaked threads hold",
      "  stranded analyze heap.hprof           prove leaks on a heap dump",
      "  stranded replay recording.jfr         list suspects of a flight recording",
      "  stranded trend recording.jfr          plot the numbers of threads",
      "  stranded diff old.json new.json       tell what is new, grown, shrunk or gone",
      "",
      "Exit codes: 0 done, 1 leaks were found and --fail-on-leak was given, 2 usage, 3 "
          + "input unreadable or not what it claims to be, 4 the target cannot be attached to "
          + "or ended, 5 watch --once could not deliver what it found.",
    })
public final class Main
    implements CommandLine.IExecutionStrategy,
        CommandLine.IExecutionExceptionHandler,
        CommandLine.IParameterExceptionHandler {
  @Option(
      names = "--verbose",
      description = "Add stack traces to errors, and times to the notes of an analysis.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  @Option(
      names = "--fold",
      paramLabel = "PREFIX",
      split = ",",
      description =
          "Fold frames of these packages in reports as those of the JDK and of well-known "
              + "frameworks; none among them: of these only.",
      scope = ScopeType.INHERIT)
  void fold(List<String> prefixes) {
    System.setProperty(Frameworks.PROPERTY, String.join(",", prefixes));
  }

  Main() {}

  public static void main(String[] args) {
    // Our own warnings become lines like all others.
    System.setProperty("java.util.logging.SimpleFormatter.format", "stranded: %5$s%n");
    System.exit(run(args));
  }

  /** Quiets libraries, and runs what was asked for: to start the JDK's logging takes a while. */
  @Override
  public int execute(CommandLine.ParseResult parsed) {
    // Help for a command that there is not would be that for all, as if nothing were wrong.
    if (!parsed.unmatched().isEmpty()) {
      throw new UnmatchedArgumentException(parsed.commandSpec().commandLine(), parsed.unmatched());
    }
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    Libraries.quieten();
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Loggers of libraries, kept here since the log manager forgets those that nobody holds. */
  private static final class Libraries {
    private static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");
    private static final Logger JMX_LOG = Logger.getLogger("javax.management.remote");

    /** Kafka's clients would log every attempt, and JMX what becomes an error of ours. */
    static void quieten() {
      KAFKA_LOG.setLevel(Level.OFF);
      JMX_LOG.setLevel(Level.OFF);
    }
  }

  /** Runs a command line and returns its exit code. */
  static int run(String... args) {
    Main main = new Main();
    return CommandModel.of(main, List.of(args))
        .setExecutionStrategy(main)
        .setExecutionExceptionHandler(main)
        .setParameterExceptionHandler(main)
        .execute(args);
  }

  boolean isVerbose() {
    return verbose;
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    LogFormat format =
        command.getCommand() instanceof WatchCommand watch ? watch.format() : LogFormat.TERMINAL;
    err.println(format.line(Instant.now(), "error", message(e)));
    if (verbose) {
      e.printStackTrace(err);
    }
    return exitCode(e);
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("stranded: " + e.getMessage());
    err.println(
        question(e)
            .orElse("Try '" + command.getCommandSpec().qualifiedName() + " --help' for options."));
    return ExitCode.USAGE;
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

  private static int exitCode(Exception e) {
    if (e instanceof TargetLostException) {
      return ExitCode.TARGET_LOST;
    }
    if (e instanceof IllegalArgumentException) {
      return ExitCode.USAGE;
    }
    return ExitCode.UNREADABLE_INPUT;
  }

  private static String message(Exception e) {
    boolean ours =
        e instanceof UnreadableDumpException
            || e instanceof UnreadableRecordingException
            || e instanceof TargetLostException
            || e instanceof IllegalArgumentException;
    if (ours || e instanceof IOException) {
      return FailureLine.of(e);
    }
    return "internal error: " + e + " (--verbose tells where)";
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"stranded " + number()};
    }

    static String number() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
