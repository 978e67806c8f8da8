package io.stranded.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stranded.finding.FailureLine;
import io.stranded.watch.Counted;
import io.stranded.watch.Sidecar;
import io.stranded.watch.TargetStatus;
import io.stranded.watch.TrendStatus;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Appends how many threads there are to a file, a line of JSON for each target. */
final class TrendOutput implements Closeable {
  private final ObjectMapper json = new ObjectMapper();
  private final Optional<ReportOutput> output;
  private final Consumer<String> complaints;
  private Optional<Thread> writer = Optional.empty();
  private boolean failing;

  private TrendOutput(Optional<ReportOutput> output, Consumer<String> complaints) {
    this.output = output;
    this.complaints = complaints;
  }

  /**
   * An output that is one of nothing where there is no file.
   *
   * @param complaints hears that it cannot be written any more, once
   * @throws IOException if it cannot be written; one line
   */
  static TrendOutput to(Optional<Path> file, Consumer<String> complaints) throws IOException {
    return new TrendOutput(
        file.isPresent() ? Optional.of(ReportOutput.endOf(file.get())) : Optional.empty(),
        complaints);
  }

  /** Writes in a thread of its own until this is closed. */
  void follow(Sidecar sidecar, Duration interval) {
    writer = output.map(lines -> new Thread(() -> run(sidecar, interval, lines), "stranded-trend"));
    writer.ifPresent(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
  }

  @Override
  public void close() throws IOException {
    if (writer.isPresent()) {
      writer.get().interrupt();
    }
    if (output.isPresent()) {
      output.get().close();
    }
  }

  private void run(Sidecar sidecar, Duration interval, ReportOutput lines) {
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        for (TargetStatus target : sidecar.status()) {
          if (target.trend().isPresent()) {
            write(line(target.name(), target.trend().get()), lines);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(String line, ReportOutput lines) {
    try {
      lines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        complaints.accept(FailureLine.of(e));
      }
      failing = true;
    }
  }

  private String line(String target, TrendStatus trend) {
    ObjectNode line = json.createObjectNode();
    line.put("at", trend.at().toString());
    line.put("target", target);
    put(line, trend.all());
    ObjectNode places = line.putObject("places");
    trend.places().forEach((place, numbers) -> put(places.putObject(place), numbers));
    return line.toString();
  }

  private static void put(ObjectNode node, TrendStatus.Numbers numbers) {
    node.put("level", numbers.level().name().toLowerCase(Locale.ROOT));
    put(node.putObject("now"), numbers.now());
    numbers.baseline().ifPresent(baseline -> put(node.putObject("baseline"), baseline));
  }

  private static void put(ObjectNode node, Counted counted) {
    for (Counted.Kind kind : Counted.Kind.values()) {
      node.put(kind.label(), counted.of(kind));
    }
  }
}
