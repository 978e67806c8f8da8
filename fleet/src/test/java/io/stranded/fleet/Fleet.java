package io.stranded.fleet;

import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The packed application beside a broker. */
final class Fleet {
  private static final String JAR =
      Path.of("target", "stranded-fleet.jar").toAbsolutePath().toString();

  /** What each line of a log begins with that is written to no terminal. */
  static final String TIME = "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z";

  private static final long PATIENCE_SECONDS = Long.getLong("stranded.patience.seconds", 180);

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Fleet() {}

  /** Starts a command, such as {@code run}. */
  static ForkedJvm start(String... arguments) {
    return start(Jdk.current(), arguments);
  }

  /** Starts a command on a JDK. */
  static ForkedJvm start(Jdk jdk, String... arguments) {
    return start(jdk, List.of(), arguments);
  }

  /** Starts a command on a JDK with options of the JVM. */
  static ForkedJvm start(Jdk jdk, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>(options);
    command.addAll(List.of("-XX:+UseSerialGC", "-jar", JAR));
    command.addAll(List.of(arguments));
    return ForkedJvm.launch(jdk, command);
  }

  /** Runs a command to its end and returns what it printed, without times, its exit code first. */
  static List<String> run(String... arguments) throws InterruptedException {
    try (ForkedJvm process = start(arguments)) {
      if (!process.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("does not end; it printed " + process.output());
      }
      List<String> printed = process.output();
      // The pipe may still hold something when the process has ended.
      for (List<String> before = List.of("?"); !before.equals(printed); ) {
        before = printed;
        Thread.sleep(100);
        printed = process.output();
      }
      List<String> all = new ArrayList<>();
      all.add(Integer.toString(process.process().exitValue()));
      // A busy machine lets brokers be late; they are asked again.
      printed.stream()
          .filter(line -> !line.endsWith("trying on"))
          .map(Fleet::withoutTime)
          .forEach(all::add);
      return all;
    }
  }

  /** A line of a log without the time that it begins with, if it does. */
  static String withoutTime(String line) {
    return line.replaceFirst("^" + TIME + " ", "");
  }

  /** Creates a topic as its owner would. */
  static void create(KafkaBroker broker, String topic, int partitions, String policy)
      throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, partitions, (short) 1)
                      .configs(Map.of("cleanup.policy", policy))))
          .all()
          .get();
    }
  }

  /** A producer as JVMs have. */
  static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Sends a record; flushing waits for it. */
  static void send(KafkaProducer<byte[], byte[]> producer, byte[] key, byte @Nullable [] value) {
    Future<RecordMetadata> unused =
        producer.send(new ProducerRecord<>(FleetTopics.DEFAULT.findings(), key, value));
  }

  /** Every committed record that is in a topic now. */
  static List<ConsumerRecord<byte[], byte[]>> readAll(KafkaBroker broker, String topic) {
    Map<String, Object> properties = client(broker);
    properties.put("isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  /** The leaks as they stand. */
  static Map<String, Leak> leaks(KafkaBroker broker) throws Exception {
    try (LeakReader reader =
        LeakReader.open(
            broker.bootstrapServers(),
            broker.clientProperties(),
            FleetTopics.DEFAULT.leaks(),
            complaint -> {
              throw new AssertionError(complaint);
            })) {
      return reader.read();
    }
  }

  /** Waits until something holds. */
  static void await(String description, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain until " + description);
      }
      Thread.sleep(100);
    }
  }

  /** What an instance answers. */
  static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Map<String, Object> client(KafkaBroker broker) {
    Map<String, Object> properties = new HashMap<>(broker.clientProperties());
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return properties;
  }

  /**
   * JVMs, threads and bytes by fingerprint.
   *
   * @param findings threads and bytes by key
   */
  static Map<String, List<Long>> sums(Map<String, long[]> findings) {
    Map<String, List<Long>> sums = new TreeMap<>();
    findings.forEach(
        (key, one) ->
            sums.merge(
                key.substring(0, key.indexOf('|')),
                List.of(1L, one[0], one[1]),
                (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1), a.get(2) + b.get(2))));
    return sums;
  }
}
