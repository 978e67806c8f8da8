package io.stranded.kafka.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * What a {@link KafkaBroker} is started with.
 *
 * @param user who may connect, with TLS and SCRAM; empty for plaintext without authentication
 * @param password of the user
 * @param clientPort where clients connect
 * @param internalPort where the test's own administrator connects, always in plaintext
 * @param controllerPort where the broker talks to itself
 * @param properties further properties of the broker
 */
public record BrokerSettings(
    String user,
    String password,
    int clientPort,
    int internalPort,
    int controllerPort,
    Map<String, String> properties) {
  private static final String STORE_PASSWORD = "changeit";

  /** Plaintext, no authentication. */
  public static BrokerSettings plaintext() {
    return onFreePorts("", "");
  }

  /** TLS and SCRAM-SHA-256 for one user, who has no rights until an ACL grants them. */
  public static BrokerSettings tlsAndScram(String user, String password) {
    return onFreePorts(user, password)
        .with("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
        .with("super.users", "User:ANONYMOUS");
  }

  /** The same with another property of the broker. */
  public BrokerSettings with(String name, String value) {
    Map<String, String> more = new HashMap<>(properties);
    more.put(name, value);
    return new BrokerSettings(user, password, clientPort, internalPort, controllerPort, more);
  }

  /** The same with another port for clients. */
  BrokerSettings withClientPort(int port) {
    return new BrokerSettings(user, password, port, internalPort, controllerPort, properties);
  }

  /** Where {@link #format} puts the properties. */
  public Path file(Path directory) {
    return directory.resolve("server.properties");
  }

  /** Makes the properties, the storage and, where TLS is wanted, the certificate. */
  public void format(Path directory) throws IOException {
    if (isSecured()) {
      makeKeyStore(directory);
    }
    write(directory);
    List<String> format = new ArrayList<>(List.of("format", "-t", Uuid.randomUuid().toString()));
    format.addAll(List.of("-c", file(directory).toString()));
    if (isSecured()) {
      format.add("--add-scram");
      format.add("SCRAM-SHA-256=[name=%s,password=%s]".formatted(user, password));
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    if (StorageTool.execute(format.toArray(new String[0]), out) != 0) {
      throw new IOException(printed.toString(StandardCharsets.UTF_8));
    }
  }

  /** Writes the properties file. */
  void write(Path directory) throws IOException {
    Properties all = new Properties();
    all.putAll(base(directory));
    if (isSecured()) {
      all.put("sasl.enabled.mechanisms", "SCRAM-SHA-256");
      all.put(
          "listener.name.client.scram-sha-256.sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
      all.put("ssl.keystore.location", directory.resolve("broker.p12").toString());
      all.put("ssl.keystore.password", STORE_PASSWORD);
      all.put("ssl.keystore.type", "PKCS12");
    }
    all.putAll(properties);
    try (Writer out = Files.newBufferedWriter(file(directory), StandardCharsets.UTF_8)) {
      all.store(out, null);
    }
  }

  /** What a client needs to be let in. */
  Map<String, String> clientProperties(Path directory) {
    if (!isSecured()) {
      return Map.of();
    }
    return Map.of(
        "security.protocol", "SASL_SSL",
        "sasl.mechanism", "SCRAM-SHA-256",
        "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"%s\" password=\"%s\";".formatted(user, password),
        "ssl.truststore.type", "PEM",
        "ssl.truststore.location", directory.resolve("broker.pem").toString());
  }

  private boolean isSecured() {
    return !user.isEmpty();
  }

  private Map<String, String> base(Path directory) {
    Map<String, String> base = new HashMap<>();
    base.put("process.roles", "broker,controller");
    base.put("node.id", "1");
    base.put("controller.quorum.voters", "1@localhost:" + controllerPort);
    base.put("controller.listener.names", "CONTROLLER");
    base.put("inter.broker.listener.name", "INTERNAL");
    base.put(
        "listeners",
        "CLIENT://localhost:%d,INTERNAL://localhost:%d,CONTROLLER://localhost:%d"
            .formatted(clientPort, internalPort, controllerPort));
    base.put(
        "listener.security.protocol.map",
        "CLIENT:%s,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"
            .formatted(isSecured() ? "SASL_SSL" : "PLAINTEXT"));
    base.put("log.dirs", directory.resolve("data").toString());
    base.put("auto.create.topics.enable", "false");
    for (String one :
        List.of(
            "offsets.topic.replication.factor",
            "offsets.topic.num.partitions",
            "transaction.state.log.replication.factor",
            "transaction.state.log.min.isr",
            "transaction.state.log.num.partitions",
            "share.coordinator.state.topic.replication.factor",
            "share.coordinator.state.topic.min.isr",
            "default.replication.factor",
            "min.insync.replicas")) {
      base.put(one, "1");
    }
    base.put("group.initial.rebalance.delay.ms", "0");
    // The default takes more than the small heap has.
    base.put("log.cleaner.dedupe.buffer.size", "4194304");
    // Back soon after a kill, not only when the old session has timed out.
    base.put("broker.session.timeout.ms", "1500");
    base.put("broker.heartbeat.interval.ms", "300");
    return base;
  }

  private static void makeKeyStore(Path directory) throws IOException {
    String store = directory.resolve("broker.p12").toString();
    keytool(
        "-genkeypair -alias broker -keyalg EC -groupname secp256r1 -dname CN=localhost"
            + " -ext SAN=DNS:localhost -validity 3650 -storetype PKCS12",
        store);
    keytool("-exportcert -rfc -alias broker -file " + directory.resolve("broker.pem"), store);
  }

  private static void keytool(String arguments, String store) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-keystore", store, "-storepass", STORE_PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (keytool.waitFor() != 0) {
        throw new IOException(printed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static BrokerSettings onFreePorts(String user, String password) {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        ServerSocket socket = new ServerSocket(0);
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BrokerSettings(user, password, ports.get(0), ports.get(1), ports.get(2), Map.of());
  }
}
