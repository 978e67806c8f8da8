package io.stranded.kafka;

import io.stranded.finding.FailureLine;
import io.stranded.finding.FindingSink;
import io.stranded.finding.FindingSinkProvider;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Opens a {@link KafkaFindingSink} when there are options named {@code kafka.…}:
 *
 * <ul>
 *   <li>{@code kafka.bootstrap.servers}: required, here or in the file
 *   <li>{@code kafka.topic}: {@value KafkaSinkConfig#DEFAULT_TOPIC} by default
 *   <li>{@code kafka.config.file}: a properties file of client settings
 *   <li>{@code kafka.property.NAME}: one client setting, stronger than the file
 *   <li>{@code kafka.spool.dir}: by default the first of {@code ~/.local/state/stranded/spool},
 *       {@code spool-2} and so on that nobody uses
 *   <li>{@code kafka.spool.max.bytes}: 256 MiB by default
 *   <li>{@code kafka.close.timeout.ms}: 30 000 by default
 *   <li>{@code kafka.topic.create}: {@code true} by default
 *   <li>{@code kafka.topic.partitions}, {@code kafka.topic.replication.factor}: the broker's
 *       defaults by default
 * </ul>
 */
public final class KafkaFindingSinkProvider implements FindingSinkProvider {
  private static final String PREFIX = "kafka.";
  private static final String PROPERTY_PREFIX = "kafka.property.";
  private static final String BOOTSTRAP = "kafka.bootstrap.servers";
  private static final String TOPIC = "kafka.topic";
  private static final String FILE = "kafka.config.file";
  private static final String SPOOL = "kafka.spool.dir";
  private static final String SPOOL_CAP = "kafka.spool.max.bytes";
  private static final String CLOSE_TIMEOUT = "kafka.close.timeout.ms";
  private static final String CREATE = "kafka.topic.create";
  private static final String PARTITIONS = "kafka.topic.partitions";
  private static final String REPLICATION = "kafka.topic.replication.factor";
  private static final int MOST_ATTEMPTS = 5;
  private static final Set<String> KNOWN =
      Set.of(
          BOOTSTRAP, TOPIC, FILE, SPOOL, SPOOL_CAP, CLOSE_TIMEOUT, CREATE, PARTITIONS, REPLICATION);

  /** Made by {@link java.util.ServiceLoader}. */
  public KafkaFindingSinkProvider() {}

  @Override
  public Optional<FindingSink> open(Map<String, String> options) {
    Map<String, String> ours = new TreeMap<>();
    options.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            ours.put(name, value);
          }
        });
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    for (int attempt = 1; ; attempt++) {
      KafkaSinkConfig config = config(ours);
      try {
        return Optional.of(KafkaFindingSink.open(config));
      } catch (IOException e) {
        // Another may have been quicker to take the spool that nobody used.
        if (ours.containsKey(SPOOL) || attempt == MOST_ATTEMPTS) {
          throw new IllegalArgumentException(SPOOL + ": " + FailureLine.of(e), e);
        }
      }
    }
  }

  /**
   * Reads the options of a sink.
   *
   * @throws IllegalArgumentException if one is wrong, missing or not known; one line that names it
   */
  static KafkaSinkConfig config(Map<String, String> options) {
    Map<String, String> properties = new HashMap<>();
    String file = options.get(FILE);
    if (file != null) {
      properties.putAll(readFile(file));
    }
    options.forEach(
        (name, value) -> {
          if (name.startsWith(PROPERTY_PREFIX)) {
            properties.put(name.substring(PROPERTY_PREFIX.length()), value);
          } else if (!KNOWN.contains(name)) {
            throw new IllegalArgumentException(name + ": there is no such option");
          }
        });
    properties.keySet().forEach(ConnectionOptions::checkName);
    String inFile = properties.remove("bootstrap.servers");
    String bootstrap = options.getOrDefault(BOOTSTRAP, inFile == null ? "" : inFile);
    if (bootstrap.isBlank()) {
      throw new IllegalArgumentException(BOOTSTRAP + ": missing");
    }
    return new KafkaSinkConfig(
        bootstrap,
        options.getOrDefault(TOPIC, KafkaSinkConfig.DEFAULT_TOPIC),
        properties,
        options.containsKey(SPOOL) ? Path.of(options.get(SPOOL)) : DefaultSpool.choose(),
        number(options, SPOOL_CAP, KafkaSinkConfig.DEFAULT_SPOOL_CAP_BYTES, Long.MAX_VALUE),
        Duration.ofMillis(
            number(
                options,
                CLOSE_TIMEOUT,
                KafkaSinkConfig.DEFAULT_CLOSE_TIMEOUT.toMillis(),
                Integer.MAX_VALUE)),
        newTopic(options));
  }

  private static Optional<NewTopicPlan> newTopic(Map<String, String> options) {
    String create = options.getOrDefault(CREATE, "true");
    if (!create.equals("true") && !create.equals("false")) {
      throw new IllegalArgumentException(CREATE + ": must be true or false");
    }
    if (create.equals("false")) {
      return Optional.empty();
    }
    return Optional.of(
        new NewTopicPlan(
            optionalNumber(options, PARTITIONS), optionalNumber(options, REPLICATION)));
  }

  private static OptionalInt optionalNumber(Map<String, String> options, String name) {
    return options.containsKey(name)
        ? OptionalInt.of((int) number(options, name, 1, Short.MAX_VALUE))
        : OptionalInt.empty();
  }

  private static long number(Map<String, String> options, String name, long otherwise, long most) {
    String value = options.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value.strip());
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException(name + ": must be a whole number from 0 to " + most);
  }

  private static Map<String, String> readFile(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          FILE + ": " + ConnectionOptions.reason(e, Path.of(file)), e);
    } catch (IllegalArgumentException e) {
      // The message of a parser could repeat what is in the file.
      throw new IllegalArgumentException(FILE + ": " + file + ": is no properties file", e);
    }
    Map<String, String> values = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> values.put(name, properties.getProperty(name).strip()));
    return values;
  }
}
