package io.stranded.fleet;

import io.stranded.endpoint.Endpoint;
import io.stranded.endpoint.EndpointOptions;
import io.stranded.finding.FailureLine;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An endpoint that shows the whole fleet, from the topic of leaks: all partitions of it, whichever
 * of them this instance works on.
 */
final class FleetEndpoint implements Closeable {
  private static final long INTERVAL_MILLIS = 2000;
  private static final long RETRY_MILLIS = 5000;

  /** Makes readers, of which one is in use at a time. */
  @FunctionalInterface
  private interface Readers {
    LeakReader open() throws IOException;
  }

  private final FleetSite site;
  private final Endpoint endpoint;
  private final Thread thread;

  private FleetEndpoint(FleetSite site, Endpoint endpoint, Readers readers) {
    this.site = site;
    this.endpoint = endpoint;
    this.thread = new Thread(() -> follow(readers), "stranded-fleet-reader");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Listens, and shows what is in the topic as it comes.
   *
   * @param lag by how many records this instance is behind
   * @param log hears one line for each thing worth telling
   * @throws IOException if there is nowhere to listen; one line
   */
  static FleetEndpoint start(
      EndpointOptions options,
      String bootstrapServers,
      Map<String, String> clientProperties,
      String topic,
      Supplier<OptionalDouble> lag,
      Consumer<String> log)
      throws IOException {
    FleetSite site = new FleetSite(Main.Version.number(), lag);
    return new FleetEndpoint(
        site,
        Endpoint.start(options, site, log),
        () -> LeakReader.open(bootstrapServers, clientProperties, topic, log));
  }

  @Override
  public void close() {
    thread.interrupt();
    endpoint.close();
  }

  /** Until it is interrupted; brokers that are away make it wait. */
  private void follow(Readers readers) {
    while (!thread.isInterrupted()) {
      try (LeakReader reader = readers.open()) {
        while (true) {
          site.show(reader.read());
          Thread.sleep(INTERVAL_MILLIS);
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        // Kafka wraps an interrupt in an exception of its own.
        if (Thread.interrupted()) {
          return;
        }
        site.unread(FailureLine.of(e));
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      thread.interrupt();
    }
  }
}
