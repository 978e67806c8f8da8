package io.stranded.cli;

import io.stranded.internal.terminal.Screen;
import io.stranded.kafka.BadRecord;
import io.stranded.kafka.DeliveredFinding;
import io.stranded.kafka.FindingHandler;
import io.stranded.kafka.FindingReader;
import io.stranded.kafka.KafkaReadOptions;
import io.stranded.report.Printable;
import io.stranded.report.TextReport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stranded tail}. */
@Command(
    name = "tail",
    description = "Prints findings from a Kafka topic as they arrive.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  stranded tail --bootstrap-server localhost:9092",
      "  stranded tail --bootstrap-server localhost:9092 --from-beginning",
    })
final class TailCommand implements Callable<Integer> {
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Option(names = "--from-beginning", description = "Start with the oldest finding.")
  private boolean fromBeginning;

  @Option(names = "--max-messages", paramLabel = "N", description = "Exit after N findings.")
  private long maxMessages = Long.MAX_VALUE;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MILLIS",
      description = "Exit when no finding came for so long.")
  private @Nullable Long timeoutMillis;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ReportOptions.LineFormat format = ReportOptions.LineFormat.TEXT;

  @Override
  public Integer call() throws IOException {
    KafkaReadOptions options =
        new KafkaReadOptions(
            kafka.bootstrapServer(),
            kafka.topic(),
            kafka.clientProperties(),
            fromBeginning,
            maxMessages,
            Optional.ofNullable(timeoutMillis).map(Duration::ofMillis));
    Screen screen = Screen.ofStandardOutput();
    try (FindingReader reader = FindingReader.open(options)) {
      reader.read(
          new FindingHandler() {
            @Override
            public void found(DeliveredFinding finding) {
              print(finding, screen);
            }

            @Override
            public void bad(BadRecord record) {
              System.err.println(
                  "stranded: skipped record "
                      + record.offset()
                      + " of partition "
                      + record.partition()
                      + ": "
                      + Printable.of(record.reason()));
            }
          });
    }
    return ExitCode.DONE;
  }

  private void print(DeliveredFinding delivered, Screen screen) {
    if (format == ReportOptions.LineFormat.JSON) {
      System.out.println(delivered.json());
      return;
    }
    String where =
        delivered.target().map(t -> " " + t.serviceName() + " " + t.instanceId()).orElse("");
    System.out.println(delivered.takenAt() + Printable.of(where));
    System.out.println(screen.fitted(TextReport.of(delivered.finding(), screen.coloured())));
  }
}
