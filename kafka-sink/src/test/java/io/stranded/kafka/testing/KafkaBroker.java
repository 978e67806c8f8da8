package io.stranded.kafka.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * A KRaft broker on localhost in a process of its own, ready for clients when made. Killed and
 * deleted on close.
 *
 * <p>It keeps its ports and its data over {@link #kill} and {@link #restart}. Nothing creates
 * topics by itself.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Path directory;
  private BrokerSettings settings;
  private @Nullable Process process;

  private KafkaBroker(Path directory, BrokerSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  /** Starts a plaintext broker without authentication. */
  public static KafkaBroker start() {
    return start(BrokerSettings.plaintext());
  }

  /** Starts a broker. */
  public static KafkaBroker start(BrokerSettings settings) {
    try {
      Path directory = Files.createTempDirectory("stranded-kafka");
      settings.format(directory);
      KafkaBroker broker = new KafkaBroker(directory, settings);
      broker.restart();
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What clients are given: {@code localhost:PORT}. */
  public String bootstrapServers() {
    return "localhost:" + settings.clientPort();
  }

  /** What clients need beside it, such as a password and the broker's certificate. */
  public Map<String, String> clientProperties() {
    return settings.clientProperties(directory);
  }

  /** The settings it was started with. */
  public BrokerSettings settings() {
    return settings;
  }

  /** An administrator's client, which may do everything. */
  public Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:" + settings.internalPort(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000",
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "4000",
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "100"));
  }

  /** Kills the broker as {@code kill -9} does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    process = null;
  }

  /** Gives the broker, while it is down, another port for clients. Its data stays. */
  public void moveTo(int clientPort) {
    settings = settings.withClientPort(clientPort);
    try {
      settings.write(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the broker after it was killed and waits until it is ready. */
  public void restart() {
    launch();
    awaitReady();
  }

  /** Starts the broker after it was killed and does not wait. */
  public void launch() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BrokerProcess.class.getName());
    command.add(settings.file(directory).toString());
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until clients are served. */
  public void awaitReady() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (Admin admin = admin()) {
      while (System.nanoTime() < deadline) {
        Process running = process;
        if (running == null || !running.isAlive()) {
          break;
        }
        try {
          if (!admin.describeCluster().nodes().get().isEmpty()) {
            return;
          }
        } catch (ExecutionException e) {
          // Not yet.
        }
        Thread.sleep(50);
      }
      throw new AssertionError("the broker does not come up; its log:\n" + Files.readString(log()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log() {
    return directory.resolve("broker.log");
  }
}
