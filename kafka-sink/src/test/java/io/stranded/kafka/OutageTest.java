package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.kafka.testing.BrokerSettings;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills brokers and sinks. The system properties {@code stranded.kills} and {@code
 * stranded.outages} say how often; {@code stranded.outage.millis} how long the first outage of each
 * test lasts, the others last up to a tenth of it; {@code stranded.seed} repeats the random choices
 * of a run.
 */
class OutageTest {
  private static final int KILLS = Integer.getInteger("stranded.kills", 4);
  private static final int OUTAGES = Integer.getInteger("stranded.outages", 2);
  private static final int OUTAGE_MILLIS = Integer.getInteger("stranded.outage.millis", 1500);
  private static final String TOPIC = KafkaSinkConfig.DEFAULT_TOPIC;
  private static final String INSTANCE = "host-1/4711/1";

  private final long seed = Long.getLong("stranded.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Path spool;

  OutageTest(@TempDir Path directory) {
    this.spool = directory.resolve("spool");
  }

  @Test
  void brokerMayComeLaterThanTheFindings() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      broker.kill();
      try (KafkaFindingSink sink = open(broker)) {
        send(sink, 0, 20);
        Await.until("the outage is told", () -> sink.status().problem().isPresent());
        assertThat(sink.status().problem().orElseThrow())
            .contains("no answer from " + broker.bootstrapServers());
        assertThat(sink.status().pending()).isEqualTo(20);
        Thread.sleep(OUTAGE_MILLIS);
        broker.restart();
      }
      Deliveries.in(broker, TOPIC).assertComplete(numbers(20));
    }
  }

  @Test
  void brokerKilledAmidstBatchesLosesAndReordersNothing() throws Exception {
    int backlog = 3000;
    fillSpool(backlog);
    try (KafkaBroker broker = KafkaBroker.start()) {
      int sent = backlog;
      try (KafkaFindingSink sink = open(broker)) {
        for (int outage = 0; outage < OUTAGES; outage++) {
          long delivered = sink.status().delivered();
          sent = send(sink, sent, sent + 50);
          Await.until("some are delivered", () -> sink.status().delivered() > delivered);
          Thread.sleep(random.nextInt(100));
          broker.kill();
          sent = send(sink, sent, sent + 50);
          Thread.sleep(outage == 0 ? OUTAGE_MILLIS : random.nextInt(OUTAGE_MILLIS / 10));
          broker.restart();
        }
      }
      Deliveries deliveries = Deliveries.in(broker, TOPIC);
      deliveries.assertComplete(numbers(sent));
      System.out.printf(
          "%d broker kills (seed %d): %d findings, %d repeats%n",
          OUTAGES, seed, deliveries.count(), deliveries.repeats());
    }
  }

  @Test
  void brokerMayComeBackOnAnotherPortOfTheList() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      String first = broker.bootstrapServers();
      int otherPort = BrokerSettings.plaintext().clientPort();
      KafkaSinkConfig config =
          KafkaSinkConfig.of(first + ",localhost:" + otherPort, spool)
              .withCloseTimeout(Duration.ofMinutes(3));
      try (KafkaFindingSink sink = KafkaFindingSink.open(config)) {
        send(sink, 0, 20);
        Await.until("all are delivered", () -> sink.status().pending() == 0);
        broker.kill();
        send(sink, 20, 40);
        Thread.sleep(OUTAGE_MILLIS);
        broker.moveTo(otherPort);
        broker.restart();
      }
      assertThat(broker.bootstrapServers()).isNotEqualTo(first);
      Deliveries.in(broker, TOPIC).assertComplete(numbers(40));
    }
  }

  @Test
  void killedSinkLosesNothingItHasTaken() throws Exception {
    Set<Integer> taken = new TreeSet<>();
    try (KafkaBroker broker = KafkaBroker.start()) {
      for (int kill = 0; kill < KILLS; kill++) {
        String next = Integer.toString(taken.stream().reduce(-1, Math::max) + 1);
        List<String> output;
        try (ForkedJvm sink =
            ForkedJvm.start(
                Jdk.current(),
                List.of(
                    SinkProgram.class.getName(),
                    broker.bootstrapServers(),
                    TOPIC,
                    spool.toString(),
                    INSTANCE,
                    next))) {
          if (kill % 2 == 0) {
            // On a busy machine it would be killed every time before it has taken any.
            sink.awaitLine("TAKEN ");
          }
          Thread.sleep(random.nextInt(2500));
          sink.process().destroyForcibly().waitFor();
          output = allOutput(sink);
        }
        taken.addAll(numbersTaken(output));
      }
      open(broker).close();
      Deliveries deliveries = Deliveries.in(broker, TOPIC);
      deliveries.assertComplete(taken);
      assertThat(taken).isNotEmpty();
      System.out.printf(
          "%d sink kills (seed %d): %d findings, %d repeats%n",
          KILLS, seed, taken.size(), deliveries.repeats());
    }
  }

  private KafkaFindingSink open(KafkaBroker broker) throws Exception {
    return KafkaFindingSink.open(
        KafkaSinkConfig.of(broker.bootstrapServers(), spool)
            .withCloseTimeout(Duration.ofMinutes(3)));
  }

  private void fillSpool(int count) throws Exception {
    try (Spool left = Spool.open(spool, Spool.DEFAULT_CAP_BYTES)) {
      left.append(
          IntStream.range(0, count)
              .mapToObj(number -> FindingMessage.lines(Topics.numbered(INSTANCE, number)).get(0))
              .toList());
    }
  }

  private static int send(KafkaFindingSink sink, int from, int to) throws Exception {
    for (int number = from; number < to; number++) {
      sink.accept(Topics.numbered(INSTANCE, number));
    }
    return to;
  }

  private static Set<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toSet());
  }

  /** What a killed program printed, once its pipe is read to the end. */
  private static List<String> allOutput(ForkedJvm program) throws Exception {
    List<String> output = program.output();
    Thread.sleep(200);
    while (program.output().size() > output.size()) {
      output = program.output();
      Thread.sleep(200);
    }
    return output;
  }

  private static Set<Integer> numbersTaken(List<String> output) {
    return output.stream()
        .filter(line -> line.matches("TAKEN \\d+"))
        .map(line -> Integer.valueOf(line.substring("TAKEN ".length())))
        .collect(Collectors.toSet());
  }
}
