package io.stranded.kafka;

import io.stranded.finding.FailureLine;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
   * @throws IllegalArgumentException if the file cannot be read, or there is no such setting; one
   *     line
   */
  public Map<String, String> clientProperties() throws IOException {
    Map<String, String> properties = new LinkedHashMap<>();
    if (commandConfig != null) {
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(commandConfig)) {
        file.load(reader);
      } catch (IOException e) {
        throw new IllegalArgumentException("--command-config: " + reason(e, commandConfig), e);
      } catch (IllegalArgumentException e) {
        // The message of a parser could repeat what is in the file.
        throw new IllegalArgumentException(
            "--command-config: " + commandConfig + ": is no properties file", e);
      }
      file.stringPropertyNames().forEach(name -> properties.put(name, file.getProperty(name)));
    }
    properties.putAll(commandProperties);
    properties.keySet().forEach(ConnectionOptions::checkName);
    return properties;
  }

  /** Why a file cannot be read, with its name. */
  static String reason(IOException e, Path file) {
    return e instanceof CharacterCodingException
        ? file + ": is no text in UTF-8"
        : e instanceof FileSystemException ? FailureLine.of(e) : file + ": " + FailureLine.of(e);
  }

  /**
   * Checks that a setting is not meant for us: our own have options.
   *
   * @throws IllegalArgumentException if its name begins like one of ours; one line
   */
  static void checkName(String name) {
    if (name.startsWith("kafka.")) {
      throw new IllegalArgumentException(
          name + ": there is no such setting of Kafka's clients; those of Stranded are options");
    }
  }
}
