package io.stranded.benchmarks.kafka;

import io.stranded.finding.Finding;
import io.stranded.kafka.KafkaFindingSink;
import io.stranded.kafka.KafkaSinkConfig;
import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A spool that grew while Kafka was away, delivered by a process that starts on it with a small
 * heap.
 */
final class ReplayBenchmark {
  private static final int FINDING_BYTES = 50_000;
  private static final int PER_PROFILE = 100;
  private static final String TOPIC = "replay";
  private static final String HEAP = "48m";

  private ReplayBenchmark() {}

  /** Fills a spool and has it delivered. */
  static void run(KafkaBroker broker, Path directory, long megabytes)
      throws IOException, InterruptedException {
    KafkaBenchmark.createTopic(broker, TOPIC, 1);
    Path spool = directory.resolve("replay");
    long filled = fill(spool, megabytes);
    System.out.printf("spool of %,d findings, %,d MB%n", filled, size(spool) / 1_000_000);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ReplayBenchmark.class.getName(),
                broker.bootstrapServers(),
                spool.toString()));
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("replay ended with " + exit);
    }
    System.out.printf("left in the spool directory: %,d bytes of findings%n", size(spool));
  }

  /** {@code BOOTSTRAP SPOOL}: delivers it, and prints rate and memory. */
  public static void main(String[] args) throws IOException, InterruptedException {
    KafkaBenchmark.silenceLogs();
    KafkaSinkConfig config = config(args[0], Path.of(args[1]));
    long start = System.nanoTime();
    KafkaFindingSink sink = KafkaFindingSink.open(config);
    long all = sink.status().pending();
    double opened = (System.nanoTime() - start) / 1e9;
    while (sink.status().pending() > 0) {
      Thread.sleep(10);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    sink.close();
    System.out.printf(
        "-Xmx%s: opened in %.1f s, %,d findings in %.1f s (%,.0f/s), peak RSS %,d MB%n",
        HEAP, opened, all, seconds, all / seconds, KafkaBenchmark.peakRss("self") / 1_000_000);
  }

  /** Returns how many findings are in it. */
  private static long fill(Path spool, long megabytes) throws IOException {
    SampleFindings samples = new SampleFindings();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < PER_PROFILE; i++) {
      findings.add(samples.finding("%016x".formatted(i), FINDING_BYTES));
    }
    // Nobody listens there.
    KafkaSinkConfig config = config("localhost:1", spool).withCloseTimeout(Duration.ZERO);
    KafkaFindingSink sink = KafkaFindingSink.open(config);
    long count = 0;
    Instant takenAt = Instant.EPOCH;
    while (count * FINDING_BYTES < megabytes * 1_000_000) {
      takenAt = takenAt.plusSeconds(1);
      sink.accept(SampleFindings.profile(SampleFindings.jvm(1), takenAt, findings));
      count += findings.size();
    }
    try {
      sink.close();
    } catch (IOException e) {
      // Says that nothing was delivered, as intended.
    }
    return count;
  }

  private static KafkaSinkConfig config(String bootstrapServers, Path spool) {
    return KafkaSinkConfig.of(bootstrapServers, spool)
        .withTopic(TOPIC)
        .withSpoolCapBytes(Long.MAX_VALUE / 2)
        .withCloseTimeout(Duration.ofMinutes(10));
  }

  private static long size(Path spool) throws IOException {
    long size = 0;
    try (var files = Files.newDirectoryStream(spool, "0*.jsonl")) {
      for (Path file : files) {
        size += Files.size(file);
      }
    }
    return size;
  }
}
