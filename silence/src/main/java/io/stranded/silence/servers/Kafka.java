package io.stranded.silence.servers;

import io.stranded.kafka.testing.BrokerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker of Apache Kafka with a controller in it. */
final class Kafka {
  private static final String TOPIC = "numbers";

  private Kafka() {}

  static Clients start(Path directory) throws Exception {
    BrokerSettings settings = BrokerSettings.plaintext();
    settings.format(directory);
    String[] arguments = {settings.file(directory).toString()};
    new Thread(() -> kafka.Kafka.main(arguments), "broker").start();
    Map<String, Object> address = Map.of("bootstrap.servers", "localhost:" + settings.clientPort());
    try (Admin admin = Admin.create(address)) {
      awaitReady(admin);
      admin.createTopics(List.of(new NewTopic(TOPIC, 3, (short) 1))).all().get();
    }
    return number -> number % 2 == 0 ? producer(address) : consumer(address, "group-" + number % 3);
  }

  private static void awaitReady(Admin admin) throws InterruptedException {
    while (true) {
      try {
        if (!admin.describeCluster().nodes().get().isEmpty()) {
          return;
        }
      } catch (ExecutionException e) {
        // Not yet.
      }
      Thread.sleep(100);
    }
  }

  private static Client producer(Map<String, Object> address) {
    KafkaProducer<String, String> producer =
        new KafkaProducer<>(address, new StringSerializer(), new StringSerializer());
    return new Client() {
      @Override
      public void request() throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, "key", "value")).get();
      }

      @Override
      public void end() {
        producer.close();
      }
    };
  }

  private static Client consumer(Map<String, Object> address, String group) {
    Map<String, Object> settings = new HashMap<>(address);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    consumer.subscribe(List.of(TOPIC));
    return new Client() {
      @Override
      public void request() {
        consumer.poll(Duration.ofMillis(100));
      }

      @Override
      public void end() {
        consumer.close();
      }
    };
  }
}
