package io.stranded.silence.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** Apache ZooKeeper on one node. */
final class ZooKeeperNode implements Client {
  private static final int PATIENCE_MILLIS = 30_000;

  private final ZooKeeper session;

  private ZooKeeperNode(int port) throws IOException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    session =
        new ZooKeeper(
            "127.0.0.1:" + port,
            PATIENCE_MILLIS,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    connected.await();
  }

  static Clients start(Path directory) throws Exception {
    ZooKeeperServer server =
        new ZooKeeperServer(directory.toFile(), directory.toFile(), PATIENCE_MILLIS / 10);
    ServerCnxnFactory connections =
        ServerCnxnFactory.createFactory(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    connections.startup(server);
    int port = connections.getLocalPort();
    return number -> new ZooKeeperNode(port);
  }

  @Override
  public void request() throws KeeperException, InterruptedException {
    String path = "/node-" + ThreadLocalRandom.current().nextInt(50);
    try {
      if (session.exists(path, true) == null) {
        session.create(path, new byte[10], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      } else {
        session.delete(path, -1);
      }
    } catch (KeeperException.NodeExistsException | KeeperException.NoNodeException e) {
      // Another client was faster.
    }
  }

  @Override
  public void end() throws InterruptedException {
    session.close();
  }
}
