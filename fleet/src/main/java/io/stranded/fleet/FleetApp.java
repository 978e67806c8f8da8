package io.stranded.fleet;

import io.stranded.finding.FailureLine;
import io.stranded.kafka.ClientProperties;
import io.stranded.kafka.KafkaProblem;
import io.stranded.kafka.KafkaTopic;
import io.stranded.kafka.NewTopicPlan;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/**
 * One instance of the application. Instances with the same application id share the partitions of
 * the topic of findings, and take over from one that ends or is killed.
 */
final class FleetApp implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(30);
  private static final long RETRY_MILLIS = 1000;

  private final FleetConfig config;
  private final Consumer<String> log;
  private final RecordLimit limit = new RecordLimit();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable KafkaProblem> fatal = new AtomicReference<>();
  private @Nullable KafkaStreams streams;

  /**
   * An instance that does not work yet.
   *
   * @param log hears one line for each thing worth telling
   */
  FleetApp(FleetConfig config, Consumer<String> log) {
    this.config = config;
    this.log = log;
  }

  /**
   * Works until it is closed or interrupted. While brokers are away it waits.
   *
   * @throws IllegalArgumentException if no client can be made with the settings; one line
   * @throws IOException if the brokers refuse us, or a topic is missing and may not be created; one
   *     line
   */
  void run() throws IOException, InterruptedException {
    checkStateDirectory();
    ensureTopics();
    KafkaStreams made = make();
    synchronized (this) {
      streams = made;
    }
    made.setUncaughtExceptionHandler(this::handle);
    silenceWhatIsTold();
    made.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            log.accept("at work as " + config.applicationId() + " on " + config.bootstrapServers());
          } else if (now.hasCompletedShutdown()) {
            ended.countDown();
          }
        });
    if (config.storage() == Storage.DISK) {
      NativeLibrary.load(config.stateDirectory());
    }
    made.start();
    ended.await();
    KafkaProblem problem = fatal.get();
    if (problem != null) {
      throw new IOException(problem.line());
    }
  }

  /** Commits what was done and hands the work over to other instances. From any thread. */
  @Override
  public void close() {
    KafkaStreams running;
    synchronized (this) {
      running = streams;
    }
    if (running != null) {
      running.close(
          CloseOptions.timeout(CLOSING)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }
    ended.countDown();
  }

  /**
   * How many records it is behind, in the partition where it is furthest: of findings, or of
   * changes that are not added up yet. Empty as long as nothing was read. From any thread.
   */
  OptionalDouble lag() {
    KafkaStreams running;
    synchronized (this) {
      running = streams;
    }
    return running == null ? OptionalDouble.empty() : ConsumerLag.of(running.metrics());
  }

  /** A thread that is replaced dies of what it was replaced for, and that has its line already. */
  private void silenceWhatIsTold() {
    Thread.UncaughtExceptionHandler others = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          if (thread.getName().startsWith(config.applicationId() + "-")) {
            return;
          }
          if (others != null) {
            others.uncaughtException(thread, e);
          } else {
            e.printStackTrace();
          }
        });
  }

  private KafkaStreams make() {
    try {
      return new KafkaStreams(
          FleetTopology.of(config.topics(), config.storage(), limit), config.streamsProperties());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(explain(e, config.topics().findings()).line());
    } catch (StreamsException e) {
      boolean locked = String.valueOf(e.getMessage()).contains("multiple instances");
      throw stateDirectory(locked ? "another instance works with it" : FailureLine.of(e), e);
    }
  }

  private void checkStateDirectory() {
    try {
      Files.createDirectories(config.stateDirectory());
      if (!Files.isWritable(config.stateDirectory())) {
        throw new AccessDeniedException(config.stateDirectory().toString());
      }
    } catch (FileAlreadyExistsException e) {
      throw stateDirectory("is not a directory", e);
    } catch (FileSystemException e) {
      throw stateDirectory(FailureLine.reason(e), e);
    } catch (IOException e) {
      throw stateDirectory(FailureLine.of(e), e);
    }
  }

  private IllegalArgumentException stateDirectory(String reason, Exception e) {
    return new IllegalArgumentException(
        "--state-dir %s: %s".formatted(config.stateDirectory(), reason), e);
  }

  private void ensureTopics() throws IOException, InterruptedException {
    Map<String, String> policies = new LinkedHashMap<>();
    policies.put(config.topics().findings(), NewTopicPlan.BROKER_DEFAULTS.cleanupPolicy());
    policies.put(config.topics().leaks(), "compact");
    policies.put(config.topics().deadLetters(), "delete");
    for (Map.Entry<String, String> topic : policies.entrySet()) {
      ensure(topic.getKey(), topic.getValue());
    }
  }

  private void ensure(String topic, String policy) throws IOException, InterruptedException {
    Optional<NewTopicPlan> plan = config.newTopic().map(each -> each.withCleanupPolicy(policy));
    // Once may be a hiccup.
    for (int attempt = 1; ; attempt++) {
      try {
        KafkaTopic.ensure(adminProperties(), topic, plan);
        return;
      } catch (ExecutionException | KafkaException e) {
        KafkaProblem problem = explain(e, topic);
        if (problem.kind() == KafkaProblem.Kind.CONFIGURATION) {
          throw new IllegalArgumentException(problem.line());
        }
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          throw new IOException(
              "topic %s does not exist; create it with: %s"
                  .formatted(
                      topic,
                      NewTopicPlan.BROKER_DEFAULTS
                          .withCleanupPolicy(policy)
                          .command(config.bootstrapServers(), topic)),
              e);
        }
        if (problem.needsUser()) {
          throw new IOException(problem.line(), e);
        }
        if (attempt == 2) {
          log.accept(problem.whileTrying());
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  /** On the thread that has failed. */
  private StreamThreadExceptionResponse handle(Throwable e) {
    if (isTooLarge(e)) {
      log.accept(
          "a topic does not take a record of ours, since its max.message.bytes is low: they are cut"
              + " to %d bytes from now on".formatted(limit.lower()));
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    KafkaProblem problem =
        e instanceof MissingSourceTopicException
            ? new KafkaProblem(KafkaProblem.Kind.TOPIC, "a topic was deleted: " + FailureLine.of(e))
            : explain(e, config.topics().findings());
    if (problem.needsUser() || e instanceof Error) {
      fatal.compareAndSet(null, problem);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    log.accept(problem.whileTrying());
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean isTooLarge(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof RecordTooLargeException) {
        return true;
      }
    }
    return false;
  }

  private KafkaProblem explain(Throwable e, String topic) {
    Throwable told = e;
    while (told instanceof StreamsException && told.getCause() != null) {
      told = told.getCause();
    }
    return KafkaProblem.of(told, adminProperties(), topic);
  }

  private Map<String, Object> adminProperties() {
    return ClientProperties.admin(config.bootstrapServers(), config.properties());
  }
}
