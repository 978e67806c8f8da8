package io.stranded.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What Kafka's clients are made with: the user's properties, all passed through, and over them what
 * the promise of delivery rests on.
 */
public final class ClientProperties {
  /** Settings of the producer that nothing may change; the same value may be repeated. */
  private static final Map<String, String> FIXED =
      Map.of(
          ProducerConfig.ACKS_CONFIG, "all",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
          // With more, and the first batch of a new partition lost, order would break
          // (KAFKA-15591).
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1",
          ProducerConfig.RETRIES_CONFIG, Integer.toString(Integer.MAX_VALUE),
          // Rides out an outage of any length: the spool waits, the producer need not give up.
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE),
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName(),
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());

  /** Settings of the producer that have no value that would do. */
  private static final Set<String> REFUSED =
      Set.of(
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.PARTITIONER_CLASS_CONFIG,
          ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG);

  /** Kafka's own, so that secrets can stay out of files and command lines. */
  private static final Map<String, Class<?>> PROVIDERS =
      Map.of(
          "env", EnvVarConfigProvider.class,
          "file", FileConfigProvider.class,
          "dir", DirectoryConfigProvider.class);

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}:]+)}");
  private static final String ANSWER_MILLIS = "5000";

  private ClientProperties() {}

  /**
   * Checks that nothing in the user's properties would lose or reorder findings.
   *
   * @throws IllegalArgumentException naming the property
   */
  static void check(Map<String, String> user) {
    user.forEach(
        (name, value) -> {
          String fixed = FIXED.get(name);
          boolean same = fixed != null && (value.equals(fixed) || isAcksAll(name, value));
          if (REFUSED.contains(name) || (fixed != null && !same)) {
            throw new IllegalArgumentException(
                name + " cannot be set: delivery without loss and in order depends on it");
          }
        });
    checkVariables(user);
  }

  /**
   * Checks that the environment variables which the user's properties refer to exist; Kafka itself
   * would go on with the text of the reference.
   *
   * @throws IllegalArgumentException naming the property and the variable
   */
  public static void checkVariables(Map<String, String> user) {
    if (user.containsKey(AbstractConfig.CONFIG_PROVIDERS_CONFIG)) {
      return;
    }
    user.forEach(
        (name, value) -> {
          Matcher variable = VARIABLE.matcher(value);
          while (variable.find()) {
            if (!System.getenv().containsKey(variable.group(1))) {
              throw new IllegalArgumentException(
                  name + ": there is no environment variable " + variable.group(1));
            }
          }
        });
  }

  /** The properties of the producer. */
  static Map<String, Object> producer(String bootstrapServers, Map<String, String> user) {
    Map<String, Object> properties = common(bootstrapServers, user);
    properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS);
    properties.putAll(FIXED);
    properties.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, KeyPartitioner.class);
    return properties;
  }

  /** The properties of the client that looks after the topic. */
  public static Map<String, Object> admin(String bootstrapServers, Map<String, String> user) {
    Map<String, Object> properties = common(bootstrapServers, user);
    // The user's timeouts are meant for sending; here an answer is wanted soon or not at all.
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    return properties;
  }

  /** The properties of a consumer that belongs to no group and commits nothing. */
  public static Map<String, Object> consumer(String bootstrapServers, Map<String, String> user) {
    Map<String, Object> properties = common(bootstrapServers, user);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // What was there when reading began may be deleted before it is reached.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    properties.put(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    return properties;
  }

  /**
   * The user's properties, with the brokers and with Kafka's own providers for what they refer to.
   */
  public static Map<String, Object> common(String bootstrapServers, Map<String, String> user) {
    Map<String, Object> properties = new HashMap<>(user);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, "stranded");
    // A broker that asks for the clients' own metrics gets none: stranded.jar leaves that code out.
    properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
    if (!properties.containsKey(AbstractConfig.CONFIG_PROVIDERS_CONFIG)) {
      properties.put(AbstractConfig.CONFIG_PROVIDERS_CONFIG, String.join(",", PROVIDERS.keySet()));
      PROVIDERS.forEach(
          (name, type) ->
              properties.put(
                  AbstractConfig.CONFIG_PROVIDERS_CONFIG + "." + name + ".class", type.getName()));
    }
    return properties;
  }

  private static boolean isAcksAll(String name, String value) {
    return name.equals(ProducerConfig.ACKS_CONFIG) && value.equals("-1");
  }
}
