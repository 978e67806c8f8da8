package io.stranded.benchmarks.kafka;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.kafka.FindingMessage;
import io.stranded.kafka.FindingReader;
import io.stranded.kafka.KafkaFindingSink;
import io.stranded.kafka.KafkaReadOptions;
import io.stranded.kafka.KafkaSinkConfig;
import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Findings per second through the sink, from the first one it is given until the broker has
 * acknowledged the last, beside a bare producer with the same settings: once given the same
 * findings, of which it makes the same JSON, and once the bytes ready-made. In turn, in one
 * process.
 */
final class SinkBenchmark {
  private static final int PER_PROFILE = 100;
  private static final long TOTAL_BYTES = 100_000_000;
  private static final int WARM_UPS = 4;

  private final KafkaBroker broker;
  private final Path directory;
  private final int runs;
  private int topics;

  SinkBenchmark(KafkaBroker broker, Path directory, int runs) {
    this.broker = broker;
    this.directory = directory;
    this.runs = runs;
  }

  /** Prints a table. */
  void run() throws IOException, InterruptedException, ExecutionException {
    System.out.println(
        "| finding | sent by | findings/s, median (min–max) | MB/s | to the first |");
    System.out.println("|---|---|--:|--:|--:|");
    for (int kilobytes : List.of(5, 50)) {
      measure(kilobytes * 1000);
    }
  }

  private void measure(int bytes) throws IOException, InterruptedException, ExecutionException {
    int count = (int) (TOTAL_BYTES / bytes) / PER_PROFILE * PER_PROFILE;
    SampleFindings samples = new SampleFindings();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      findings.add(samples.finding("%016x".formatted(i % PER_PROFILE), bytes));
    }
    List<String> messages = delivered(findings);
    long size = messages.stream().mapToLong(String::length).sum() / count;
    double[] bare = new double[runs];
    double[] readyMade = new double[runs];
    double[] perProfile = new double[runs];
    double[] perRecord = new double[runs];
    for (int run = -WARM_UPS; run < runs; run++) {
      double b = count / bare(findings);
      double m = count / readyMade(messages);
      double p = count / sink(findings, PER_PROFILE);
      List<Finding> fewer = findings.subList(0, count / 10);
      double r = fewer.size() / sink(fewer, 1);
      if (run >= 0) {
        bare[run] = b;
        readyMade[run] = m;
        perProfile[run] = p;
        perRecord[run] = r;
      }
    }
    row(size, "bare KafkaProducer", bare, bare);
    row(size, "the same, given the bytes", readyMade, bare);
    row(size, "sink, fsync per profile of " + PER_PROFILE, perProfile, bare);
    row(size, "sink, fsync per finding", perRecord, bare);
  }

  private static void row(long size, String sender, double[] rates, double[] bare) {
    Arrays.sort(rates);
    double median = rates[rates.length / 2];
    System.out.printf(
        "| %,d B | %s | %,.0f (%,.0f–%,.0f) | %.1f | %.2f |%n",
        size,
        sender,
        median,
        rates[0],
        rates[rates.length - 1],
        median * size / 1e6,
        median / bare[bare.length / 2]);
  }

  /** Sends the findings once and reads back what the messages are. */
  private List<String> delivered(List<Finding> findings) throws IOException {
    String topic = newTopic();
    sink(findings, PER_PROFILE, topic);
    List<String> messages = new ArrayList<>();
    KafkaReadOptions all =
        new KafkaReadOptions(
            broker.bootstrapServers(), topic, Map.of(), true, findings.size(), Optional.empty());
    try (FindingReader reader = FindingReader.open(all)) {
      reader.read(finding -> messages.add(finding.json()));
    }
    return messages;
  }

  private double sink(List<Finding> findings, int perProfile) throws IOException {
    return sink(findings, perProfile, newTopic());
  }

  /** Returns how many seconds it took. */
  private double sink(List<Finding> findings, int perProfile, String topic) throws IOException {
    Path spool = Files.createTempDirectory(directory, "spool");
    KafkaSinkConfig config =
        KafkaSinkConfig.of(broker.bootstrapServers(), spool)
            .withTopic(topic)
            .withCloseTimeout(Duration.ofMinutes(10));
    Instant takenAt = Instant.EPOCH;
    KafkaFindingSink sink = KafkaFindingSink.open(config);
    ready(sink, takenAt, findings.get(0));
    long start = System.nanoTime();
    for (int i = 0; i < findings.size(); i += perProfile) {
      takenAt = takenAt.plusSeconds(1);
      LeakProfile profile =
          SampleFindings.profile(
              SampleFindings.jvm(1), takenAt, findings.subList(i, i + perProfile));
      sink.accept(profile);
    }
    awaitDelivery(sink);
    double seconds = (System.nanoTime() - start) / 1e9;
    sink.close();
    return seconds;
  }

  /** The topic is made and the connection stands before the clock starts. */
  private static void ready(KafkaFindingSink sink, Instant takenAt, Finding finding)
      throws IOException {
    sink.accept(SampleFindings.profile(SampleFindings.jvm(0), takenAt, List.of(finding)));
    awaitDelivery(sink);
  }

  private static void awaitDelivery(KafkaFindingSink sink) throws IOException {
    try {
      while (sink.status().pending() > 0) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private double bare(List<Finding> findings) throws InterruptedException, ExecutionException {
    return bare(
        FindingMessage.lines(profile(findings, 0)).get(0),
        sender -> {
          for (int i = 0; i < findings.size(); i += PER_PROFILE) {
            FindingMessage.lines(profile(findings, i)).forEach(sender);
          }
        });
  }

  private double readyMade(List<String> messages) throws InterruptedException, ExecutionException {
    List<byte[]> values =
        messages.stream().map(message -> message.getBytes(StandardCharsets.UTF_8)).toList();
    return bare(values.get(0), values::forEach);
  }

  /** Returns how many seconds it took, all but the first. */
  private double bare(byte[] first, Consumer<Consumer<byte[]>> sending)
      throws InterruptedException, ExecutionException {
    String topic = newTopic();
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("max.in.flight.requests.per.connection", "1");
    settings.put("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
    settings.put("compression.type", "zstd");
    byte[] key = "0123456789abcdef|host-1/1/1".getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(record(topic, key, first)).get();
      List<Future<RecordMetadata>> futures = new ArrayList<>();
      long start = System.nanoTime();
      sending.accept(value -> futures.add(producer.send(record(topic, key, value))));
      for (Future<RecordMetadata> future : futures) {
        future.get();
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static LeakProfile profile(List<Finding> findings, int from) {
    return SampleFindings.profile(
        SampleFindings.jvm(1), Instant.EPOCH, findings.subList(from, from + PER_PROFILE));
  }

  /** With headers as the sink sends them. */
  private static ProducerRecord<byte[], byte[]> record(String topic, byte[] key, byte[] value) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
    for (int i = 0; i < 8; i++) {
      record
          .headers()
          .add("ce_dataschema" + i, "https://example.com/1".getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }

  private String newTopic() {
    String topic = "sink-" + topics++;
    KafkaBenchmark.createTopic(broker, topic, 1);
    return topic;
  }
}
