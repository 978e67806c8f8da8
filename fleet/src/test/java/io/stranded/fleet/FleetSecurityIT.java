package io.stranded.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.kafka.testing.BrokerSettings;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.testing.ForkedJvm;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packed application with no more rights than docs/kafka.md lists, and errors in one line. */
@Execution(ExecutionMode.CONCURRENT)
class FleetSecurityIT {
  private static final String USER = "fleet";
  private static final String PASSWORD = "correct-horse-battery";
  private static KafkaBroker broker;

  private final Path directory;

  FleetSecurityIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start(BrokerSettings.tlsAndScram(USER, PASSWORD));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void rightsThatAreDocumentedAreEnough() throws Exception {
    FleetTopics topics = FleetTopics.DEFAULT;
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topics.findings(), 2, (short) 1),
                  new NewTopic(topics.leaks(), 2, (short) 1),
                  new NewTopic(topics.deadLetters(), 1, (short) 1)))
          .all()
          .get();
    }
    List<String> run = command("run", PASSWORD);
    run.addAll(List.of("--no-create-topics", "--commit-interval=200"));
    // Without any right at first.
    List<String> refused = Fleet.run(run.toArray(String[]::new));
    assertThat(refused)
        .containsExactly(
            "3",
            "stranded: no permission on topic threadleak.findings.v1: writing needs the ACL"
                + " operations Write and Describe, creating it Create, reading it Read");
    grantWhatIsDocumented();
    Reports reports = new Reports("0123456789abcdef", "orders", "1", "host/1/1");
    try (ForkedJvm app = Fleet.start(run.toArray(String[]::new));
        KafkaProducer<byte[], byte[]> jvm = administratorsProducer()) {
      app.awaitLine("at work");
      Fleet.send(jvm, reports.key(), reports.leaked(0, 3, 100));
      Fleet.send(jvm, reports.key(), Reports.utf8("nonsense"));
      jvm.flush();
      Fleet.await("the leak is there", () -> !Fleet.leaks(broker).isEmpty());
      assertThat(app.output())
          .filteredOn(line -> !line.contains("trying on"))
          .map(Fleet::withoutTime)
          .containsExactly("stranded: at work as stranded-fleet on " + broker.bootstrapServers());
    }
    List<String> top = Fleet.run(command("top", PASSWORD).toArray(String[]::new));
    assertThat(top.get(0)).isEqualTo("0");
    assertThat(top.get(1)).isEqualTo("1 leak, 3 threads, 100 B pinned");
  }

  @Test
  void wrongPasswordIsOneLine() throws Exception {
    for (String command : List.of("run", "top")) {
      List<String> printed = Fleet.run(command(command, "tr0ub4dor").toArray(String[]::new));
      assertThat(printed).hasSize(2);
      assertThat(printed.get(0)).isEqualTo("3");
      assertThat(printed.get(1)).contains("refused to authenticate us").doesNotContain("tr0ub4dor");
    }
  }

  @Test
  void wrongUsageIsTwo() throws Exception {
    String server = "--bootstrap-server=" + broker.bootstrapServers();
    assertUsage("--bootstrap-server is missing", "run");
    assertUsage("--bootstrap-server is missing", "top");
    assertUsage("must be three topics", "run", server, "--leaks-topic=threadleak.findings.v1");
    assertUsage(
        "processing.guarantee cannot be set",
        "run",
        server,
        "--command-property=processing.guarantee=at_least_once");
    assertUsage(
        "commit.interval.ms: give --commit-interval instead",
        "run",
        server,
        "--command-property=commit.interval.ms=5");
    assertUsage(
        "--state-dir /proc/version: is not a directory",
        "run",
        server,
        "--no-create-topics",
        "--state-dir=/proc/version");
    assertUsage(
        "kafka.spool.max.bytes: there is no such setting",
        "run",
        server,
        "--command-property=kafka.spool.max.bytes=5");
    assertUsage(
        "--command-config: /no/such: no such file", "top", server, "--command-config=/no/such");
    assertUsage("--threads", "run", server, "--threads=0");
    assertUsage("--limit", "top", server, "--limit=0");
    assertUsage("security.protocol", "run", server, "--command-property=security.protocol=TELNET");
    assertUsage(
        "no such file",
        "top",
        server,
        "--command-property=security.protocol=SSL",
        "--command-property=ssl.truststore.location=/no/such/store");
  }

  @Test
  void missingTopicsAreNamed() throws Exception {
    try (KafkaBroker plain = KafkaBroker.start()) {
      String server = "--bootstrap-server=" + plain.bootstrapServers();
      assertThat(Fleet.run("run", server, "--no-create-topics"))
          .containsExactly(
              "3",
              "stranded: topic threadleak.findings.v1 does not exist; create it with:"
                  + " kafka-topics.sh --bootstrap-server "
                  + plain.bootstrapServers()
                  + " --create --topic threadleak.findings.v1"
                  + " --config cleanup.policy=compact,delete");
      assertThat(Fleet.run("top", server))
          .containsExactly(
              "3", "stranded: there is no topic of leaks yet: stranded fleet run makes it");
    }
  }

  private static void assertUsage(String message, String... arguments) throws Exception {
    List<String> printed = Fleet.run(arguments);
    assertThat(printed).as(String.join(" ", arguments)).hasSize(2);
    assertThat(printed.get(0)).isEqualTo("2");
    assertThat(printed.get(1)).startsWith("stranded: ").contains(message);
  }

  /** The table of docs/kafka.md. */
  private static void grantWhatIsDocumented() throws Exception {
    FleetTopics topics = FleetTopics.DEFAULT;
    String application = FleetConfig.DEFAULT_APPLICATION_ID;
    try (Admin admin = broker.admin()) {
      admin
          .createAcls(
              List.of(
                  allow(ResourceType.TOPIC, topics.findings(), AclOperation.READ),
                  allow(ResourceType.TOPIC, topics.leaks(), AclOperation.WRITE),
                  allow(ResourceType.TOPIC, topics.leaks(), AclOperation.READ),
                  allow(ResourceType.TOPIC, topics.deadLetters(), AclOperation.WRITE),
                  allowPrefix(ResourceType.TOPIC, application, AclOperation.CREATE),
                  allowPrefix(ResourceType.TOPIC, application, AclOperation.READ),
                  allowPrefix(ResourceType.TOPIC, application, AclOperation.WRITE),
                  allowPrefix(ResourceType.TOPIC, application, AclOperation.DELETE),
                  allow(ResourceType.GROUP, application, AclOperation.READ),
                  allowPrefix(ResourceType.TRANSACTIONAL_ID, application, AclOperation.WRITE)))
          .all()
          .get();
    }
  }

  private List<String> command(String command, String password) throws Exception {
    Properties client = new Properties();
    client.putAll(broker.clientProperties());
    client.setProperty(
        "sasl.jaas.config", client.getProperty("sasl.jaas.config").replace(PASSWORD, password));
    Path file = directory.resolve(password + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      client.store(writer, null);
    }
    return new ArrayList<>(
        List.of(
            command,
            "--bootstrap-server=" + broker.bootstrapServers(),
            "--command-config=" + file));
  }

  private static KafkaProducer<byte[], byte[]> administratorsProducer() {
    return Fleet.producer("localhost:" + broker.settings().internalPort());
  }

  private static AclBinding allow(ResourceType type, String name, AclOperation operation) {
    return acl(new ResourcePattern(type, name, PatternType.LITERAL), operation);
  }

  private static AclBinding allowPrefix(ResourceType type, String name, AclOperation operation) {
    return acl(new ResourcePattern(type, name, PatternType.PREFIXED), operation);
  }

  private static AclBinding acl(ResourcePattern pattern, AclOperation operation) {
    return new AclBinding(
        pattern, new AccessControlEntry("User:" + USER, "*", operation, AclPermissionType.ALLOW));
  }
}
