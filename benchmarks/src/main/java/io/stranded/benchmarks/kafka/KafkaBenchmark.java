package io.stranded.benchmarks.kafka;

import io.stranded.kafka.testing.BrokerSettings;
import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Runs one of the benchmarks beside a broker of its own: {@code WHAT ROOT DIRECTORY NUMBER…}. */
public final class KafkaBenchmark {
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private KafkaBenchmark() {}

  public static void main(String[] args) throws Exception {
    silenceLogs();
    Path root = Path.of(args[1]);
    Path directory =
        Files.createTempDirectory(Files.createDirectories(Path.of(args[2])), "kafka-benchmark");
    // Tests want it to miss a killed broker soon; here it must bear a busy machine.
    BrokerSettings settings = BrokerSettings.plaintext().with("broker.session.timeout.ms", "60000");
    try (KafkaBroker broker = KafkaBroker.start(settings)) {
      switch (args[0]) {
        case "sink" -> new SinkBenchmark(broker, directory, Integer.parseInt(args[3])).run();
        case "replay" -> ReplayBenchmark.run(broker, directory, Long.parseLong(args[3]));
        default ->
            new FleetSimulation(broker, Integer.parseInt(args[3]))
                .run(
                    root.resolve("fleet/target/stranded-fleet.jar"),
                    directory,
                    Integer.parseInt(args[4]));
      }
    } finally {
      delete(directory);
    }
  }

  /** Of Kafka's clients, which log every setting. */
  static void silenceLogs() {
    ROOT_LOGGER.setLevel(Level.OFF);
  }

  static void createTopic(KafkaBroker broker, String topic, int partitions) {
    try (Admin admin = broker.admin()) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The memory that a process has resident now, in bytes. */
  static long rss(String pid) throws IOException {
    return status(pid, "VmRSS:");
  }

  /** The most it ever had. */
  static long peakRss(String pid) throws IOException {
    return status(pid, "VmHWM:");
  }

  private static long status(String pid, String field) throws IOException {
    return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
