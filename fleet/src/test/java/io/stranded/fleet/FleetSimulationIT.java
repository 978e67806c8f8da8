package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.ForkedJvm;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A fleet among whose records are some that nobody should send, and topics that do not take all
 * that the topic of findings does. The system property {@code stranded.jvms} says how many JVMs
 * there are, {@code stranded.hostile.percent} how many of their records are hostile, {@code
 * stranded.seed} repeats a run; {@code stranded.patience.seconds} is how long a slow machine may
 * take.
 */
@Execution(ExecutionMode.CONCURRENT)
class FleetSimulationIT {
  private static final int JVMS = Integer.getInteger("stranded.jvms", 300);
  private static final int HOSTILE_PERCENT = Integer.getInteger("stranded.hostile.percent", 5);
  private static final int LEAKS = 20;
  private static final int RECORDS_PER_JVM = 5;

  private final long seed = Long.getLong("stranded.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final HostileRecords hostile = new HostileRecords(random);
  private final Map<String, long[]> truth = new HashMap<>();
  private final Path directory;
  private int sent;
  private int bad;

  FleetSimulationIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void hostileRecordsStopNothingAndChangeNoNumber() throws Exception {
    long begin = System.nanoTime();
    try (KafkaBroker broker = KafkaBroker.start()) {
      createTopics(broker);
      try (KafkaProducer<byte[], byte[]> jvms = producer(broker);
          ForkedJvm run =
              Fleet.start(
                  "run",
                  "--bootstrap-server=" + broker.bootstrapServers(),
                  "--state-dir=" + directory,
                  "--commit-interval=200")) {
        run.awaitLine("at work");
        for (int record = 0; record < RECORDS_PER_JVM; record++) {
          for (int jvm = 0; jvm < JVMS; jvm++) {
            report(jvms, jvm);
          }
        }
        jvms.flush();
        Fleet.await("all are added up", () -> numbers(broker).equals(Fleet.sums(truth)));
        Fleet.await("all others are dead letters", () -> deadLetters(broker).size() == bad);
        assertThat(run.process().isAlive()).isTrue();
        assertThat(run.output()).noneMatch(line -> line.startsWith("\tat "));
        assertThat(run.output()).anyMatch(line -> line.contains("max.message.bytes is low"));
      }
      assertThat(deadLetters(broker))
          .allMatch(dead -> dead.headers().lastHeader("stranded-reason").value().length > 0)
          .anyMatch(dead -> dead.headers().lastHeader("stranded-cut") != null);
      System.out.printf(
          "%d JVMs (seed %d): %d records, %d of them hostile; exact after %d s%n",
          JVMS, seed, sent, bad, (System.nanoTime() - begin) / 1_000_000_000);
    }
  }

  private static void createTopics(KafkaBroker broker) throws Exception {
    FleetTopics topics = FleetTopics.DEFAULT;
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(
              List.of(
                  topic(topics.findings(), 2, "compact,delete", 4_000_000),
                  topic(topics.leaks(), 1, "compact", 100_000),
                  topic(topics.deadLetters(), 1, "delete", 200_000)))
          .all()
          .get();
    }
  }

  private static NewTopic topic(String name, int partitions, String policy, int maxBytes) {
    return new NewTopic(name, partitions, (short) 1)
        .configs(Map.of("cleanup.policy", policy, "max.message.bytes", Integer.toString(maxBytes)));
  }

  /** One that stops at nothing, as far as the client goes. */
  private static KafkaProducer<byte[], byte[]> producer(KafkaBroker broker) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "max.request.size",
            "100000000",
            "compression.type",
            "zstd"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private void report(KafkaProducer<byte[], byte[]> producer, int jvm) {
    String fingerprint = "%016x".formatted(random.nextInt(LEAKS));
    // Of the first leak every JVM is a service of its own, whose name would fill a topic.
    String service = fingerprint.endsWith("0") ? jvm + "s".repeat(2000) : "service-" + jvm % 30;
    Reports reports = new Reports(fingerprint, service, "1." + jvm % 7, "host/" + jvm + "/1");
    String key = Fleet.text(reports.key());
    sent++;
    if (random.nextInt(100) < HOSTILE_PERCENT) {
      bad++;
      boolean itsOwn = random.nextBoolean();
      Fleet.send(producer, itsOwn ? reports.key() : hostile.key(), hostile.noFinding(reports));
    } else if (random.nextInt(10) == 0) {
      Fleet.send(producer, reports.key(), null);
      truth.remove(key);
    } else {
      int threads = 1 + random.nextInt(9);
      long bytes = random.nextInt(100_000);
      Fleet.send(producer, reports.key(), reports.leaked(sent % 1000, threads, bytes));
      truth.put(key, new long[] {threads, bytes});
    }
  }

  private static Map<String, List<Long>> numbers(KafkaBroker broker) throws Exception {
    Map<String, List<Long>> numbers = new TreeMap<>();
    Fleet.leaks(broker)
        .forEach(
            (fingerprint, leak) -> {
              if (leak.jvms() > 0) {
                numbers.put(
                    fingerprint,
                    List.of(leak.jvms(), leak.threads(), leak.pinnedBytes().longValueExact()));
              }
            });
    return numbers;
  }

  private static List<ConsumerRecord<byte[], byte[]>> deadLetters(KafkaBroker broker) {
    return Fleet.readAll(broker, FleetTopics.DEFAULT.deadLetters());
  }
}
