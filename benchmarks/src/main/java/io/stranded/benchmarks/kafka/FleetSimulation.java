package io.stranded.benchmarks.kafka;

import io.stranded.finding.Finding;
import io.stranded.finding.Target;
import io.stranded.kafka.FindingMessage;
import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Many JVMs, each with several leaks, that report to one broker from this process; one instance of
 * {@code stranded fleet run} adds them up in a process of its own. All report at once at first,
 * then each again in turn; at the end all are gone.
 */
final class FleetSimulation {
  private static final String FINDINGS = "threadleak.findings.v1";
  private static final String GROUP = "stranded-fleet";
  private static final int PARTITIONS = 6;
  private static final int LEAKS_PER_JVM = 5;
  private static final int LEAKS = 100;
  private static final int FINDING_BYTES = 5000;
  private static final long LOOK_MILLIS = 5000;

  private final KafkaBroker broker;
  private final int jvms;
  private final List<Finding> samples = new ArrayList<>();
  private long sent;

  FleetSimulation(KafkaBroker broker, int jvms) {
    this.broker = broker;
    this.jvms = jvms;
    SampleFindings maker = new SampleFindings();
    for (int i = 0; i < LEAKS; i++) {
      samples.add(maker.finding("%016x".formatted(i), FINDING_BYTES));
    }
  }

  /** Prints what happens, line by line. */
  void run(Path fleetJar, Path directory, int updateRate)
      throws IOException, InterruptedException, ExecutionException {
    KafkaBenchmark.createTopic(broker, FINDINGS, PARTITIONS);
    Process fleet = startFleet(fleetJar, directory);
    try (Admin admin = broker.admin();
        KafkaProducer<byte[], byte[]> producer = producer()) {
      System.out.printf("%,d JVMs with %d leaks each%n", jvms, LEAKS_PER_JVM);
      phase("all report at once", admin, producer, fleet, 0, 0);
      phase("each reports again", admin, producer, fleet, 1, updateRate);
      phase("all are gone", admin, producer, fleet, -1, 0);
    } finally {
      fleet.destroy();
      fleet.waitFor();
    }
  }

  private void phase(
      String name,
      Admin admin,
      KafkaProducer<byte[], byte[]> producer,
      Process fleet,
      int round,
      int rate)
      throws IOException, InterruptedException, ExecutionException {
    System.out.println(name + ":");
    long start = System.nanoTime();
    long before = sent;
    long nextLook = start;
    List<Future<RecordMetadata>> futures = new ArrayList<>();
    for (int jvm = 0; jvm < jvms; jvm++) {
      for (ProducerRecord<byte[], byte[]> record : records(jvm, round)) {
        futures.add(producer.send(record));
        sent++;
        if (rate > 0) {
          long due = start + (sent - before) * 1_000_000_000L / rate;
          long early = (due - System.nanoTime()) / 1_000_000;
          if (early > 0) {
            Thread.sleep(early);
          }
        }
      }
      if (System.nanoTime() > nextLook) {
        look(admin, fleet, start, sent - before);
        nextLook = System.nanoTime() + LOOK_MILLIS * 1_000_000;
      }
    }
    for (Future<RecordMetadata> future : futures) {
      future.get();
    }
    double sending = (System.nanoTime() - start) / 1e9;
    while (lag(admin) > 0) {
      if (System.nanoTime() > nextLook) {
        look(admin, fleet, start, sent - before);
        nextLook = System.nanoTime() + LOOK_MILLIS * 1_000_000;
      }
      Thread.sleep(50);
    }
    double adding = (System.nanoTime() - start) / 1e9;
    look(admin, fleet, start, sent - before);
    System.out.printf(
        "  %,d records: sent in %.1f s (%,.0f/s), added up in %.1f s (%,.0f/s)%n",
        sent - before, sending, (sent - before) / sending, adding, (sent - before) / adding);
    check(round < 0 ? 0 : (long) jvms * LEAKS_PER_JVM);
  }

  private List<ProducerRecord<byte[], byte[]>> records(int number, int round) {
    Target jvm = SampleFindings.jvm(number);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < LEAKS_PER_JVM; i++) {
      findings.add(samples.get((number + i * 17) % LEAKS));
    }
    List<byte[]> lines =
        round < 0
            ? List.of()
            : FindingMessage.lines(
                SampleFindings.profile(jvm, Instant.EPOCH.plusSeconds(round), findings));
    for (int i = 0; i < LEAKS_PER_JVM; i++) {
      byte[] key =
          FindingMessage.key(findings.get(i), jvm.instanceId())
              .getBytes(StandardCharsets.UTF_8);
      records.add(new ProducerRecord<>(FINDINGS, key, lines.isEmpty() ? null : lines.get(i)));
    }
    return records;
  }

  private void look(Admin admin, Process fleet, long start, long count)
      throws IOException, InterruptedException, ExecutionException {
    System.out.printf(
        "  %4.0f s: %,9d sent, lag %,9d, fleet's RSS %,4d MB%n",
        (System.nanoTime() - start) / 1e9,
        count,
        lag(admin),
        KafkaBenchmark.rss(Long.toString(fleet.pid())) / 1_000_000);
  }

  private static long lag(Admin admin) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      all.put(new TopicPartition(FINDINGS, i), OffsetSpec.latest());
    }
    Map<TopicPartition, OffsetAndMetadata> done =
        admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
    long lag = 0;
    for (var end : admin.listOffsets(all).all().get().entrySet()) {
      OffsetAndMetadata offset = done.get(end.getKey());
      lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
    }
    return lag;
  }

  /** The numbers in the topic of leaks must come to be exact. */
  private void check(long expected) throws InterruptedException, IOException {
    long counted = -1;
    for (int i = 0; i < 300 && counted != expected; i++) {
      Thread.sleep(200);
      counted = LeakCount.jvms(broker);
    }
    System.out.printf("  JVMs over all leaks: %,d of %,d%n", counted, expected);
    if (counted != expected) {
      throw new IOException("not exact");
    }
  }

  private Process startFleet(Path jar, Path directory) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-jar",
            jar.toString(),
            "run",
            "--bootstrap-server=" + broker.bootstrapServers(),
            "--state-dir=" + Files.createDirectories(directory.resolve("fleet")));
    return new ProcessBuilder(command).inheritIO().start();
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("compression.type", "zstd");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
