package io.stranded.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How commands are told to reach Kafka, by the names that Kafka's own tools use. Needs picocli,
 * which the rest of this package does without.
 */
public final class ConnectionOptions {
  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers to connect to, separated by commas.")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Properties file with settings for the Kafka client.")
  private @Nullable Path commandConfig;

  @Option(
      names = "--command-property",
      paramLabel = "NAME=VALUE",
      description = "A setting for the Kafka client; may be repeated.")
  private Map<String, String> commandProperties = new LinkedHashMap<>();

  /** Made by picocli. */
  public ConnectionOptions() {}

  /** Whether brokers were named. */
  public boolean isGiven() {
    return bootstrapServer != null;
  }

  /**
   * The brokers.
   *
   * @throws IllegalArgumentException if none were named
   */
  public String bootstrapServer() {
    if (bootstrapServer == null) {
      throw new IllegalArgumentException("--bootstrap-server is missing");
    }
    return bootstrapServer;
  }

  /** The file with settings. */
  public Optional<Path> commandConfig() {
    return Optional.ofNullable(commandConfig);
  }

  /** The single settings. */
  public Map<String, String> commandProperties() {
    return Map.copyOf(commandProperties);
  }

  /**
   * All settings: the file's, overridden by single ones.
   *
   * @throws IllegalArgumentException if there is no such file; one line
   */
  public Map<String, String> clientProperties() throws IOException {
    Map<String, String> properties = new LinkedHashMap<>();
    if (commandConfig != null) {
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(commandConfig)) {
        file.load(reader);
      } catch (NoSuchFileException e) {
        throw new IllegalArgumentException("--command-config: no such file: " + commandConfig, e);
      }
      file.stringPropertyNames().forEach(name -> properties.put(name, file.getProperty(name)));
    }
    properties.putAll(commandProperties);
    return properties;
  }
}
