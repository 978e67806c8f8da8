package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stranded.kafka.testing.BrokerSettings;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The packed application on a real broker: exact numbers in spite of kills. Its two instances run
 * on different JDKs, where there is a 25.
 */
@Execution(ExecutionMode.CONCURRENT)
class FleetIT {
  private static final int LEAKS = 5;
  private static final int JVMS = 60;
  private static final Jdk NEWEST = Jdk.find(25).orElse(Jdk.current());
  private static KafkaBroker broker;

  private final Random random = new Random(7);
  private final Map<String, long[]> truth = new TreeMap<>();
  private final Path directory;
  private int badRecords;

  FleetIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void startBroker() {
    // So that what a killed instance leaves behind is taken over soon.
    broker =
        KafkaBroker.start(
            BrokerSettings.plaintext()
                .with("group.min.session.timeout.ms", "1000")
                .with("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void instancesShareTheWorkAndTheKillOfOneChangesNoNumber() throws Exception {
    Fleet.create(broker, FleetTopics.DEFAULT.findings(), 4, "compact,delete");
    try (KafkaProducer<byte[], byte[]> jvms = Fleet.producer(broker.bootstrapServers());
        ForkedJvm first = instance(Jdk.current(), "one", "memory");
        ForkedJvm second = instance(NEWEST, "two", "disk")) {
      first.awaitLine("at work");
      second.awaitLine("at work");
      stateDirectoryIsOfOneInstanceAlone();
      Fleet.await("both instances have partitions", () -> sharesOfMembers() == 2);
      report(jvms, 1500);
      Fleet.await("some are added up", () -> !Fleet.leaks(broker).isEmpty());
      report(jvms, 500);
      first.process().destroyForcibly().waitFor();
      report(jvms, 1500);
      jvms.flush();
      Fleet.await(
          "all are added up: " + Fleet.sums(truth), () -> numbers().equals(Fleet.sums(truth)));
      List<ConsumerRecord<byte[], byte[]>> dead =
          Fleet.readAll(broker, FleetTopics.DEFAULT.deadLetters());
      assertThat(dead).hasSize(badRecords).isNotEmpty();
      assertThat(Fleet.text(dead.get(0).headers().lastHeader("stranded-reason").value()))
          .contains("not JSON");
      restartedInstanceGoesOnFromWhereItWas(jvms, second);
    }
    topPrintsTheRanking();
  }

  private void stateDirectoryIsOfOneInstanceAlone() throws Exception {
    Path taken = directory.resolve("two");
    assertThat(
            Fleet.run(
                "run",
                "--bootstrap-server=" + broker.bootstrapServers(),
                "--store=disk",
                "--state-dir=" + taken))
        .containsExactly(
            "2", "stranded: --state-dir %s: another instance works with it".formatted(taken));
  }

  /** A killed process cannot delete it; the next one has it under the same name. */
  private void nativeLibraryIsThereOnce() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("librocksdbjni")))
          .hasSize(1)
          .allMatch(file -> file.startsWith(directory.resolve("two")));
    }
  }

  private void restartedInstanceGoesOnFromWhereItWas(
      KafkaProducer<byte[], byte[]> jvms, ForkedJvm second) throws Exception {
    second.process().destroyForcibly().waitFor();
    report(jvms, 300);
    jvms.flush();
    try (ForkedJvm again = instance(NEWEST, "two", "disk")) {
      again.awaitLine("at work");
      nativeLibraryIsThereOnce();
      Fleet.await(
          "all are added up: " + Fleet.sums(truth), () -> numbers().equals(Fleet.sums(truth)));
      endpointShowsTheFleet(again);
      // What it prints while it ends is read as well.
      again.process().toHandle().destroy();
      assertThat(again.awaitLine("stopping")).matches(Fleet.TIME + " stranded: stopping");
      assertThat(again.process().waitFor()).isEqualTo(143);
      assertThat(again.output()).noneMatch(line -> line.contains("WARNING"));
    }
  }

  /** All of it, whichever partitions the instance works on. */
  private void endpointShowsTheFleet(ForkedJvm instance) throws Exception {
    String url =
        instance.output().stream()
            .filter(line -> line.contains("listening on "))
            .map(line -> line.replaceAll(".*listening on (.*)/", "$1"))
            .findFirst()
            .orElseThrow();
    Map<String, List<Long>> sums = Fleet.sums(truth);
    Fleet.await("the endpoint shows " + sums, () -> shown(url).equals(sums));
    assertThat(Fleet.get(url + "/readyz").statusCode()).isEqualTo(200);
    assertThat(Fleet.get(url + "/").body()).contains("<!DOCTYPE html>");
    assertThat(Fleet.get(url + "/metrics").body())
        .contains(
            "stranded_fleet_leak_threads{cause=\"latch_never_counted_down\",standing=\"leaked\"} "
                + sums.values().stream().mapToDouble(numbers -> numbers.get(1)).sum());
    // Everything was read, so nothing is left to read.
    Fleet.await(
        "it has caught up",
        () ->
            Fleet.get(url + "/metrics").body().contains("stranded_fleet_consumer_lag_records 0.0"));
    assertThat(Fleet.get(url + "/metrics").body()).contains("process_cpu_seconds_total ");
    Map.Entry<String, List<Long>> first = sums.entrySet().iterator().next();
    byte[] leak = Reports.utf8(Fleet.get(url + "/leaks/" + first.getKey()).body());
    assertThat(Reports.tree(leak).get("threads"))
        .hasToString(Long.toString(first.getValue().get(1)));
    assertThat(Fleet.get(url + "/leaks/none").statusCode()).isEqualTo(404);
  }

  private static Map<String, List<Long>> shown(String url) throws Exception {
    Map<String, List<Long>> shown = new TreeMap<>();
    Reports.tree(Reports.utf8(Fleet.get(url + "/leaks").body()))
        .forEach(
            leak ->
                shown.put(
                    leak.get("fingerprint").asText(),
                    List.of(
                        leak.get("jvms").asLong(),
                        leak.get("threads").asLong(),
                        leak.get("pinnedBytes").asLong())));
    return shown;
  }

  private void topPrintsTheRanking() throws Exception {
    List<String> text = Fleet.run("top", "--bootstrap-server", broker.bootstrapServers());
    assertThat(text.get(0)).isEqualTo("0");
    assertThat(text.get(1)).startsWith(LEAKS + " leaks, ");
    assertThat(text.get(3)).contains("JVMS", "THREADS", "PINNED", "SINCE", "LEAK");
    assertThat(text).hasSize(4 + LEAKS);
    assertThat(text.get(4))
        .contains("latch never counted down at app.Import.run(Import.java:")
        .contains("service-");
    List<String> json =
        Fleet.run(
            "top",
            "--bootstrap-server=" + broker.bootstrapServers(),
            "--format=json",
            "--sort=threads",
            "--limit=2");
    assertThat(json).hasSize(2);
    JsonNode array = Reports.tree(Reports.utf8(json.get(1)));
    assertThat(array).hasSize(2);
    List<Long> threads =
        Fleet.sums(truth).values().stream()
            .map(numbers -> numbers.get(1))
            .sorted(Comparator.reverseOrder())
            .toList();
    assertThat(array.get(0).get("threads").asLong()).isEqualTo(threads.get(0));
    assertThat(array.get(1).get("threads").asLong()).isEqualTo(threads.get(1));
    try (ForkedJvm watching =
        Fleet.start(
            NEWEST, "top", "--bootstrap-server=" + broker.bootstrapServers(), "--watch=1")) {
      watching.awaitLine(LEAKS + " leaks, ");
      watching.awaitLine(LEAKS + " leaks, ");
    }
  }

  private ForkedJvm instance(Jdk jdk, String name, String store) throws IOException {
    return Fleet.start(
        jdk,
        List.of("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp"))),
        "run",
        "--bootstrap-server=" + broker.bootstrapServers(),
        "--store=" + store,
        "--state-dir=" + directory.resolve(name),
        "--commit-interval=200",
        "--listen=0",
        "--command-property=session.timeout.ms=3000",
        "--command-property=heartbeat.interval.ms=500",
        "--command-property=transaction.timeout.ms=4000");
  }

  /** Findings, repeats, tombstones and bad records of random JVMs. */
  private void report(KafkaProducer<byte[], byte[]> producer, int records) {
    Map<String, byte[]> last = new HashMap<>();
    for (int i = 0; i < records; i++) {
      int jvm = random.nextInt(JVMS);
      String fingerprint = "%016x".formatted(random.nextInt(LEAKS));
      Reports reports =
          new Reports(fingerprint, "service-" + jvm % 3, "1." + jvm % 2, "host/" + jvm + "/1");
      String key = Fleet.text(reports.key());
      int choice = random.nextInt(20);
      if (choice == 0) {
        Fleet.send(producer, reports.key(), Reports.utf8("nonsense"));
        badRecords++;
      } else if (choice < 3) {
        Fleet.send(producer, reports.key(), null);
        truth.remove(key);
        last.remove(key);
      } else if (choice < 6 && last.containsKey(key)) {
        Fleet.send(producer, reports.key(), last.get(key));
      } else {
        int threads = 1 + random.nextInt(9);
        long bytes = random.nextInt(100_000);
        byte[] finding = reports.leaked(i, threads, bytes);
        Fleet.send(producer, reports.key(), finding);
        last.put(key, finding);
        truth.put(key, new long[] {threads, bytes});
      }
    }
  }

  private static Map<String, List<Long>> numbers() throws Exception {
    Map<String, List<Long>> numbers = new TreeMap<>();
    Fleet.leaks(broker)
        .forEach(
            (fingerprint, leak) ->
                numbers.put(
                    fingerprint,
                    List.of(leak.jvms(), leak.threads(), leak.pinnedBytes().longValueExact())));
    return numbers;
  }

  /** How many members of the group have something to do. */
  private static long sharesOfMembers() throws Exception {
    String group = FleetConfig.DEFAULT_APPLICATION_ID;
    try (Admin admin = broker.admin()) {
      ConsumerGroupDescription described =
          Objects.requireNonNull(
              admin.describeConsumerGroups(List.of(group)).all().get().get(group));
      return described.members().stream()
          .map(MemberDescription::assignment)
          .filter(assignment -> !assignment.topicPartitions().isEmpty())
          .count();
    }
  }
}
