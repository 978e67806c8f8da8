package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.FindingSink;
import io.stranded.finding.FindingSinkProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaFindingSinkProviderTest {
  private static final String SECRET = "tr0ub4dor-and-3";
  private final KafkaFindingSinkProvider provider = new KafkaFindingSinkProvider();
  private final Path directory;

  KafkaFindingSinkProviderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void providerIsFoundAsAService() {
    assertThat(ServiceLoader.load(FindingSinkProvider.class))
        .hasAtLeastOneElementOfType(KafkaFindingSinkProvider.class);
  }

  @Test
  void optionsOfOthersMakeNoSink() {
    assertThat(provider.open(Map.of("http.url", "x"))).isEmpty();
  }

  @Test
  void sinkIsOpenedWithoutABroker() throws IOException {
    Map<String, String> options = options("kafka.close.timeout.ms", "0");
    Optional<FindingSink> sink = provider.open(options);
    assertThat(sink).isPresent();
    assertThatThrownBy(() -> provider.open(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kafka.spool.dir: ")
        .hasMessageContaining("in use");
    sink.get().close();
  }

  @Test
  void everyOptionIsRead() throws IOException {
    Path file = directory.resolve("client.properties");
    Files.writeString(
        file, "bootstrap.servers=other:1\nlinger.ms=7\nsasl.mechanism=PLAIN\nclient.id=a\n");
    Map<String, String> options = options("kafka.topic", "t");
    options.put("kafka.config.file", file.toString());
    options.put("kafka.property.client.id", "b");
    options.put("kafka.spool.max.bytes", "1000");
    options.put("kafka.close.timeout.ms", "5");
    options.put("kafka.topic.partitions", "3");
    options.put("kafka.topic.replication.factor", "2");
    KafkaSinkConfig config = KafkaFindingSinkProvider.config(options);
    assertThat(config.bootstrapServers()).isEqualTo("localhost:1");
    assertThat(config.topic()).isEqualTo("t");
    assertThat(config.clientProperties())
        .isEqualTo(Map.of("linger.ms", "7", "sasl.mechanism", "PLAIN", "client.id", "b"));
    assertThat(config.spoolCapBytes()).isEqualTo(1000);
    assertThat(config.closeTimeout()).isEqualTo(Duration.ofMillis(5));
    assertThat(config.newTopic()).contains(new NewTopicPlan(OptionalInt.of(3), OptionalInt.of(2)));
    options.put("kafka.topic.create", "false");
    assertThat(KafkaFindingSinkProvider.config(options).newTopic()).isEmpty();
    options.remove("kafka.bootstrap.servers");
    assertThat(KafkaFindingSinkProvider.config(options).bootstrapServers()).isEqualTo("other:1");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.tpoic, x, kafka.tpoic: there is no such option",
    "kafka.spool.max.bytes, 1g, kafka.spool.max.bytes: must be a whole number",
    "kafka.topic.create, maybe, kafka.topic.create: must be true or false",
    "kafka.topic, a b, topic: not a name",
    "kafka.config.file, /no/such/file, kafka.config.file: /no/such/file: no such file or directory",
    "kafka.config.file, /, kafka.config.file: /: Is a directory",
    "kafka.spool.dir, /proc/version, kafka.spool.dir: /proc/version is not a directory",
    "kafka.property.kafka.spool.max.bytes, 5, kafka.spool.max.bytes: there is no such setting",
    "kafka.property.acks, 1, acks cannot be set",
    "kafka.property.enable.idempotence, false, enable.idempotence cannot be set",
    "kafka.property.max.in.flight.requests.per.connection, 5, max.in.flight",
    "kafka.property.retries, 0, retries cannot be set",
    "kafka.property.delivery.timeout.ms, 1000, delivery.timeout.ms cannot be set",
    "kafka.property.transactional.id, x, transactional.id cannot be set",
    "kafka.property.partitioner.class, x, partitioner.class cannot be set",
    "kafka.property.value.serializer, x, value.serializer cannot be set",
    "kafka.property.sasl.password, ${env:NO_SUCH_VARIABLE_HERE}, no environment variable",
    "kafka.property.linger.ms, soon, linger.ms",
    "kafka.property.security.protocol, TELNET, security.protocol",
  })
  void wrongOptionIsNamed(String name, String value, String message) {
    assertThatThrownBy(() -> provider.open(options(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void settingTheNeededValueIsAllowed() {
    for (Map.Entry<String, String> same :
        Map.of("acks", "-1", "enable.idempotence", "true", "retries", "2147483647").entrySet()) {
      KafkaFindingSinkProvider.config(options("kafka.property." + same.getKey(), same.getValue()));
    }
  }

  @Test
  void secretsAreNeverPrinted() {
    String jaas = "org.apache.kafka.common.security.plain.PlainLoginModule password=" + SECRET;
    Map<String, String> options = options("kafka.property.sasl.jaas.config", jaas);
    options.put("kafka.property.security.protocol", "SASL_PLAINTEXT");
    options.put("kafka.property.sasl.mechanism", "PLAIN");
    assertThat(KafkaFindingSinkProvider.config(options).toString()).doesNotContain(SECRET);
    assertThatThrownBy(() -> provider.open(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(SECRET);
    options.remove("kafka.property.sasl.jaas.config");
    options.put("kafka.property.ssl.key.password", SECRET);
    options.put("kafka.property.linger.ms", SECRET);
    assertThatThrownBy(() -> provider.open(options))
        .hasMessageContaining("linger.ms")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain(SECRET));
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private Map<String, String> options(String name, String value) {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap.servers", "localhost:1");
    options.put("kafka.spool.dir", directory.resolve("spool").toString());
    options.put(name, value);
    return options;
  }
}
