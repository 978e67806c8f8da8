package io.stranded.fleet;

import io.stranded.internal.terminal.Keys;
import io.stranded.internal.terminal.Terminal;
import io.stranded.kafka.ConnectionOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stranded fleet top}. */
@Command(
    name = "top",
    description = "Prints which leaks hurt most, and on how many JVMs.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  stranded fleet top --bootstrap-server localhost:9092",
      "  stranded fleet top --bootstrap-server localhost:9092 --watch --sort jvms",
      "  stranded fleet top --bootstrap-server localhost:9092 --format json",
    })
final class TopCommand implements Callable<Integer> {
  private static final String CLEAR_SCREEN = "\033[H\033[2J";

  /** Rows that are no leaks: the whole, an empty one, the head, what is left out, the cursor. */
  private static final int AROUND = 5;

  /** How the ranking is printed. */
  enum Format {
    /** A table. */
    TEXT,
    /** One array in one line. */
    JSON
  }

  /** How much of the table is printed. */
  enum Width {
    /** As much as the terminal has room for. */
    FITTING,
    /** All of it. */
    WIDE
  }

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--leaks-topic",
      paramLabel = "TOPIC",
      defaultValue = FleetTopics.DEFAULT_LEAKS,
      description = "Topic of the leaks (default: ${DEFAULT-VALUE}).")
  private String topic = FleetTopics.DEFAULT_LEAKS;

  @Option(
      names = "--sort",
      paramLabel = "KEY",
      defaultValue = "pinned",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Ranking ranking = Ranking.PINNED;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Print N leaks (default: ${DEFAULT-VALUE}).")
  private int limit = 20;

  @Option(names = "--all", description = "Also leaks that no JVM has any more.")
  private boolean all;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Option(
      names = {"-o", "--columns"},
      paramLabel = "WHICH",
      defaultValue = "fitting",
      description =
          "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}): those that a terminal has "
              + "room for, or all of them, uncut, as where it is no terminal.")
  private Width width = Width.FITTING;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      arity = "0..1",
      fallbackValue = "2",
      description =
          "Print again every so many seconds, ${FALLBACK-VALUE} if not said, until q is typed.")
  private @Nullable Integer watchSeconds;

  @Override
  public Integer call() throws IOException {
    if (limit <= 0) {
      throw new IllegalArgumentException("--limit: must be more than 0");
    }
    if (watchSeconds != null && watchSeconds <= 0) {
      throw new IllegalArgumentException("--watch: must be more than 0");
    }
    try (LeakReader reader =
        LeakReader.open(
            connection.bootstrapServer(), connection.clientProperties(), topic, Main::log)) {
      print(reader);
      if (watchSeconds != null) {
        watch(reader, Duration.ofSeconds(watchSeconds));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Main.DONE;
  }

  private void print(LeakReader reader) throws IOException {
    List<Leak> leaks = ranking.of(reader.read().values(), all);
    if (format == Format.JSON) {
      System.out.println(LeakTable.json(leaks, limit));
      return;
    }
    boolean terminal = Terminal.isStandardOutput();
    boolean fitting = terminal && width == Width.FITTING;
    boolean page = watchSeconds != null && terminal;
    int columns = fitting ? Terminal.width() : Integer.MAX_VALUE;
    int rows = page && fitting ? Math.max(1, Terminal.height() - AROUND) : Integer.MAX_VALUE;
    String lines =
        String.join(
            System.lineSeparator(),
            LeakTable.text(leaks, Math.min(limit, rows), Instant.now(), columns));
    System.out.println(page ? CLEAR_SCREEN + lines : lines);
  }

  private void watch(LeakReader reader, Duration interval)
      throws IOException, InterruptedException {
    try (Keys keys = Keys.take()) {
      while (!keys.pressed('q', interval)) {
        print(reader);
      }
    }
  }
}
