import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker for the demo, on free ports of the loopback interface, with its data in the
 * directory given. Prints {@code ready HOST:PORT} when it serves clients, and ends when its standard
 * input ends, which is when whoever started it is gone.
 */
public final class Broker {
  private Broker() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    Path directory = Path.of(args[0]);
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    int[] ports = freePorts();
    String address = host + ":" + ports[0];
    Path file = directory.resolve("server.properties");
    write(settings(host, ports, directory.resolve("data")), file);
    String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
    if (StorageTool.execute(format, System.err) != 0) {
      System.exit(1);
    }
    daemon("end-of-input", () -> haltAtEndOfInput());
    daemon("readiness", () -> tellWhenReady(address, out));
    kafka.Kafka.main(new String[] {file.toString()});
  }

  private static Properties settings(String host, int[] ports, Path data) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@" + host + ":" + ports[1]);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners",
        "PLAINTEXT://" + host + ":" + ports[0] + ",CONTROLLER://" + host + ":" + ports[1]);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", data.toString());
    settings.put("auto.create.topics.enable", "false");
    for (String one :
        List.of(
            "default.replication.factor",
            "min.insync.replicas",
            "offsets.topic.num.partitions",
            "offsets.topic.replication.factor",
            "share.coordinator.state.topic.min.isr",
            "share.coordinator.state.topic.replication.factor",
            "transaction.state.log.min.isr",
            "transaction.state.log.num.partitions",
            "transaction.state.log.replication.factor")) {
      settings.put(one, "1");
    }
    settings.put("group.initial.rebalance.delay.ms", "0");
    // The default takes more than the small heap has.
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    return settings;
  }

  private static void write(Properties settings, Path file) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
  }

  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  private static void tellWhenReady(String address, PrintStream out) {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address,
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200");
    try (Admin admin = Admin.create(settings)) {
      while (true) {
        try {
          if (!admin.describeCluster().nodes().get().isEmpty()) {
            out.println("ready " + address);
            return;
          }
        } catch (java.util.concurrent.ExecutionException e) {
          // Not yet.
        }
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; only the end counts.
      }
    } catch (IOException e) {
      // The same as the end.
    }
    Runtime.getRuntime().halt(0);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
