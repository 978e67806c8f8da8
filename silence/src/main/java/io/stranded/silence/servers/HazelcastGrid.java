package io.stranded.silence.servers;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Hazelcast: two members, and clients of them. */
final class HazelcastGrid implements Client {
  /** Members of another JVM join none of this one, and end without it. */
  private static final String CLUSTER = "of-" + ProcessHandle.current().pid();

  private final HazelcastInstance client;
  private final boolean takes;

  private HazelcastGrid(String address, boolean takes) {
    ClientConfig config = new ClientConfig();
    config.setClusterName(CLUSTER);
    config.getNetworkConfig().addAddress(address);
    this.client = HazelcastClient.newHazelcastClient(config);
    this.takes = takes;
  }

  static Clients start(Path directory) {
    System.setProperty("hazelcast.phone.home.enabled", "false");
    System.setProperty("hazelcast.logging.type", "slf4j");
    Config config = new Config();
    config.setClusterName(CLUSTER);
    config.getNetworkConfig().setPublicAddress("127.0.0.1");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
    Hazelcast.newHazelcastInstance(config);
    HazelcastInstance second = Hazelcast.newHazelcastInstance(config);
    String address = "127.0.0.1:" + second.getCluster().getLocalMember().getAddress().getPort();
    return number -> new HazelcastGrid(address, number % 2 == 1);
  }

  @Override
  public void request() throws InterruptedException {
    int key = ThreadLocalRandom.current().nextInt(1000);
    client.<Integer, String>getMap("map").put(key, "value " + key);
    client.<Integer, String>getMap("map").get(key + 1);
    if (takes) {
      client.<Integer>getQueue("queue").poll(50, TimeUnit.MILLISECONDS);
    } else {
      client.<Integer>getQueue("queue").put(key);
    }
  }

  @Override
  public void end() {
    client.shutdown();
  }
}
