package io.stranded.cli;

import io.stranded.endpoint.EndpointOptions;
import io.stranded.finding.FindingSink;
import io.stranded.finding.FindingSinkProvider;
import io.stranded.internal.terminal.LogFormat;
import io.stranded.internal.terminal.StopSignal;
import io.stranded.internal.terminal.Terminal;
import io.stranded.otlp.OtlpOptions;
import io.stranded.watch.Sidecar;
import io.stranded.watch.SinkFan;
import io.stranded.watch.TargetChoice;
import io.stranded.watch.WatchOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stranded watch}. */
@Command(
    name = "watch",
    description = "Watches running JVMs and reports threads that can never run again.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The target needs no preparation. When threads have been in one untimed wait for "
          + "--min-age (a quarter of it where their number grows), a frozen snapshot proves "
          + "which of them are leaked: it stops the target for milliseconds, and writes "
          + "nothing of what lives. Where there can be none a heap dump does, which pauses "
          + "the target, so not for the same group of threads twice. Each finding is reported "
          + "when it is opened, has grown, is confirmed, and is resolved.",
      "",
      "Examples:",
      "  stranded watch 4711",
      "  stranded watch --proof snapshot --snapshot-interval 10s 4711",
      "  stranded watch --once --min-age 30s --format json --output - 4711",
      "  stranded watch --bootstrap-server localhost:9092 4711",
      "  stranded watch --match 'com\\.acme\\.' --state-dir /var/lib/stranded",
      "  stranded watch --proof dump --max-dump-heap 8g 4711",
      "  stranded watch --listen 127.0.0.1:9404 4711",
      "  stranded watch --otlp-endpoint http://localhost:4318 --all",
      "  stranded watch --no-dump service:jmx:rmi:///jndi/rmi://host:9010/jmxrmi",
    })
final class WatchCommand implements Callable<Integer> {
  @Mixin private final TargetOptions targets = new TargetOptions();
  @Mixin private final ProofOptions proof = new ProofOptions();
  @Mixin private final DumpOptions dumps = new DumpOptions();

  @Option(
      names = "--min-age",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "Suspect threads in one wait for so long (default: ${DEFAULT-VALUE}).")
  private Duration minAge = Duration.ofSeconds(60);

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "Look at the suspects so often (default: ${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--reprove-interval",
      paramLabel = "DURATION",
      defaultValue = "6h",
      converter = DurationConverter.class,
      description = "Prove open findings again so often (default: ${DEFAULT-VALUE}).")
  private Duration provenFor = Duration.ofHours(6);

  @Option(
      names = "--status-interval",
      paramLabel = "DURATION",
      defaultValue = "1m",
      converter = DurationConverter.class,
      description =
          "Log so often how it stands (default: ${DEFAULT-VALUE}); a terminal shows it all "
              + "the time.")
  private Duration statusInterval = Duration.ofMinutes(1);

  @Option(
      names = "--trend-output",
      paramLabel = "FILE",
      description =
          "Append there, every --status-interval, how many threads live, are parked, "
              + "suspect and leaked, and how many of them each place has started: a line of JSON "
              + "for each target.")
  private @Nullable Path trendOutput;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Keep there what is known of findings, so that a restarted watch repeats and "
              + "forgets none (default: each watch begins anew).")
  private @Nullable Path stateDirectory;

  @Option(
      names = "--no-agent",
      description =
          "Do not load the agent: look at platform threads over JMX instead. Snapshots load "
              + "their library all the same, unless --proof is dump.")
  private boolean noAgent;

  @Option(names = "--once", description = "Wait for --min-age, make one round and exit.")
  private boolean once;

  @Mixin private final ReportOptions report = new ReportOptions();
  @Mixin private final DeliveryOptions delivery = new DeliveryOptions();

  @Mixin private final EndpointOptions endpoint = new EndpointOptions();

  @Option(
      names = "--allow-profile",
      description =
          "Let a request for /debug/pprof/thread dump the threads of the JVMs, which stops "
              + "each of them for a moment.")
  private boolean allowProfile;

  @Mixin private final OtlpOptions otlp = new OtlpOptions();

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "Of the log on standard error: ${COMPLETION-CANDIDATES} (default: "
              + "${DEFAULT-VALUE}). Text has the time where it is not written to a terminal.")
  private LogFormat.Choice logFormat = LogFormat.Choice.TEXT;

  private StatusLine status = new StatusLine(LogFormat.Choice.TEXT);

  /** What its log looks like, to the last line. */
  LogFormat format() {
    return logFormat.on(Terminal.isStandardError());
  }

  @Override
  public Integer call() throws IOException {
    TargetChoice choice = targets.choice();
    requireSome("--min-age", minAge);
    requireSome("--interval", interval);
    requireSome("--status-interval", statusInterval);
    endpoint.check();
    if (allowProfile && !endpoint.isWanted()) {
      throw new IllegalArgumentException("--allow-profile is for --listen");
    }
    dumps.requireDirectory();
    status = new StatusLine(logFormat);
    format().takeOver();
    Shown shown = new Shown(endpoint, otlp, allowProfile, choice.mainClasses().isPresent());
    return StopSignal.during(() -> status.log("stopping"), () -> watch(choice, shown));
  }

  private int watch(TargetChoice choice, Shown shown) throws IOException {
    SinkFan sinks = openSinks(shown);
    int exitCode = ExitCode.DONE;
    try (sinks) {
      Sidecar sidecar = new Sidecar(options(), sinks, report::select, status::log);
      Thread follower = status.follow(sidecar, statusInterval);
      try (shown;
          TrendOutput trends = openTrends()) {
        shown.start(sidecar, status::log);
        trends.follow(sidecar, statusInterval);
        exitCode = report.exitCode(sidecar.watch(choice));
      } finally {
        follower.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Whether all was delivered shows once the sinks are closed.
    return once && sinks.hasFailed() ? ExitCode.UNDELIVERED : exitCode;
  }

  private static void requireSome(String option, Duration duration) {
    if (duration.isZero()) {
      throw new IllegalArgumentException(option + " must be longer than nothing");
    }
  }

  private TrendOutput openTrends() throws IOException {
    return TrendOutput.to(Optional.ofNullable(trendOutput), status::log);
  }

  private SinkFan openSinks(Shown shown) throws IOException {
    Map<String, String> options = delivery.sinkOptions();
    List<FindingSink> sinks = new ArrayList<>();
    sinks.add(status);
    sinks.add(report.openToAdd());
    sinks.addAll(shown.sinks());
    try {
      for (FindingSinkProvider provider : ServiceLoader.load(FindingSinkProvider.class)) {
        Optional<FindingSink> sink = provider.open(options);
        sink.ifPresent(shown::delivering);
        sink.ifPresent(sinks::add);
      }
    } catch (RuntimeException e) {
      for (FindingSink sink : sinks) {
        sink.close();
      }
      throw e instanceof IllegalArgumentException wrong ? DeliveryOptions.named(wrong) : e;
    }
    return new SinkFan(sinks, status::log);
  }

  private WatchOptions options() {
    return new WatchOptions(
        minAge,
        interval,
        proof.proof(),
        proof.interval(),
        dumps.budget(),
        provenFor,
        dumps.directory(),
        dumps.keep(),
        !noAgent,
        once,
        Optional.ofNullable(stateDirectory));
  }
}
