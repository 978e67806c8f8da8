package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.LeakProfile;
import io.stranded.kafka.testing.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class FindingReaderTest {
  private static KafkaBroker broker;

  private String topic;

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    Topics.create(broker, topic, 2, Map.of());
  }

  @Test
  void repeatsAreDropped() throws Exception {
    send(line(1), line(1), line(2), line(1));
    assertThat(read(idle())).containsExactly(1, 2);
  }

  @Test
  void badRecordsAreReportedAndTheRestIsRead() throws Exception {
    send(
        line(1), "not JSON".getBytes(StandardCharsets.UTF_8), bytes("{\"schema\":\"x\"}"), line(2));
    List<Integer> found = new ArrayList<>();
    List<BadRecord> bad = new ArrayList<>();
    try (FindingReader reader = FindingReader.open(idle())) {
      reader.read(
          new FindingHandler() {
            @Override
            public void found(DeliveredFinding finding) {
              found.add(Topics.number(finding));
            }

            @Override
            public void bad(BadRecord record) {
              bad.add(record);
            }
          });
    }
    assertThat(found).containsExactly(1, 2);
    assertThat(bad).hasSize(2);
    assertThat(bad.get(0).reason()).contains("not JSON");
    assertThat(bad.get(1).reason()).contains("schema");
  }

  @Test
  void tombstoneIsToldByItsKey() throws Exception {
    send(line(1), FindingMessage.tombstone("0123456789abcdef|host-1"));
    List<String> gone = new ArrayList<>();
    try (FindingReader reader = FindingReader.open(idle())) {
      reader.read(
          new FindingHandler() {
            @Override
            public void found(DeliveredFinding finding) {}

            @Override
            public void gone(String key) {
              gone.add(key);
            }
          });
    }
    assertThat(gone).containsExactly("0123456789abcdef|host-1");
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() throws Exception {
    send(FindingMessage.bytes(FindingMessage.parse(line(1)).put("later", true)));
    assertThat(read(idle())).containsExactly(1);
  }

  @Test
  void readingEndsAfterAsManyFindingsAsAskedFor() throws Exception {
    send(line(1), line(2), line(3));
    KafkaReadOptions two =
        new KafkaReadOptions(broker.bootstrapServers(), topic, Map.of(), true, 2, Optional.empty());
    assertThat(read(two)).containsExactly(1, 2);
  }

  @Test
  void readerFromTheEndGetsWhatComesAfterItWasOpened() throws Exception {
    send(line(1));
    KafkaReadOptions options =
        new KafkaReadOptions(
            broker.bootstrapServers(), topic, Map.of(), false, 1, Optional.empty());
    List<Integer> found = new ArrayList<>();
    try (FindingReader reader = FindingReader.open(options)) {
      send(line(2));
      reader.read(finding -> found.add(Topics.number(finding)));
    }
    assertThat(found).containsExactly(2);
  }

  @Test
  void readerCanBeStoppedFromAnotherThread() throws Exception {
    send(line(1));
    CountDownLatch first = new CountDownLatch(1);
    try (FindingReader reader =
        FindingReader.open(KafkaReadOptions.of(broker.bootstrapServers(), topic))) {
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () -> {
                try {
                  reader.read(finding -> first.countDown());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      first.await();
      reader.stop();
      reading.get(2, TimeUnit.MINUTES);
    }
  }

  @Test
  void missingTopicIsNamed() {
    assertThatThrownBy(
            () -> FindingReader.open(KafkaReadOptions.of(broker.bootstrapServers(), "nowhere")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("topic nowhere does not exist");
  }

  @Test
  void wrongSettingIsNamed() {
    KafkaReadOptions options =
        new KafkaReadOptions(
            broker.bootstrapServers(),
            topic,
            Map.of("fetch.min.bytes", "many"),
            true,
            1,
            Optional.empty());
    assertThatThrownBy(() -> FindingReader.open(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fetch.min.bytes");
  }

  private KafkaReadOptions idle() {
    return new KafkaReadOptions(
        broker.bootstrapServers(),
        topic,
        Map.of(),
        true,
        Long.MAX_VALUE,
        Optional.of(Duration.ofSeconds(2)));
  }

  private static List<Integer> read(KafkaReadOptions options) throws IOException {
    List<Integer> found = new ArrayList<>();
    try (FindingReader reader = FindingReader.open(options)) {
      reader.read(finding -> found.add(Topics.number(finding)));
    }
    return found;
  }

  private void send(byte[]... lines) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(ClientProperties.producer(broker.bootstrapServers(), Map.of()))) {
      for (byte[] line : lines) {
        ProducerRecord<byte[], byte[]> record;
        try {
          record = CloudEvent.record(topic, line);
        } catch (IllegalArgumentException e) {
          record = new ProducerRecord<>(topic, line);
        }
        // All in one partition, so that their order is known.
        producer
            .send(new ProducerRecord<>(topic, 0, record.key(), record.value(), record.headers()))
            .get();
      }
    }
  }

  private static byte[] line(int number) {
    LeakProfile profile = Topics.numbered("host-1/4711/1", number);
    return FindingMessage.lines(profile).get(0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
