package io.stranded.silence.servers;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The servers there are. */
public enum Kind {
  /** A message broker. */
  ARTEMIS("artemis-server", 17),
  /** A database with a pool of connections. */
  H2("h2", 17),
  /** An in-memory grid. */
  HAZELCAST("hazelcast", 17),
  /** A web server. */
  JETTY("jetty-server", 17),
  /** A log broker. */
  KAFKA("kafka_2.13", 17),
  /** An actor system. */
  PEKKO("pekko-actor_2.13", 17),
  /** A servlet container, on virtual threads where there are any. */
  TOMCAT("tomcat-embed-core", 17),
  /** An event loop. */
  VERTX("vertx-core", 17),
  /** A service of our own on thousands of virtual threads. */
  VIRTUAL("", 22),
  /** A coordination service. */
  ZOOKEEPER("zookeeper", 17);

  private final String artifact;
  private final int firstRelease;

  Kind(String artifact, int firstRelease) {
    this.artifact = artifact;
    this.firstRelease = firstRelease;
  }

  /** The server of a name. */
  public static Kind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no server '" + name + "'"));
  }

  /** The first feature release of the JDK that it runs on. */
  public int firstRelease() {
    return firstRelease;
  }

  /** Its version, as the class path has it; empty for our own. */
  public String version() {
    Matcher version =
        Pattern.compile("/" + Pattern.quote(artifact) + "-(\\d[^/]*)\\.jar")
            .matcher(System.getProperty("java.class.path").replace(File.separatorChar, '/'));
    return !artifact.isEmpty() && version.find() ? version.group(1) : "";
  }

  /**
   * Starts it in this JVM and returns when it serves clients.
   *
   * @param directory where its data goes
   */
  public Clients start(Path directory) throws Exception {
    return switch (this) {
      case ARTEMIS -> Artemis.start(directory);
      case H2 -> Database.start(directory);
      case HAZELCAST -> HazelcastGrid.start(directory);
      case JETTY -> Jetty.start(directory);
      case KAFKA -> Kafka.start(directory);
      case PEKKO -> Pekko.start(directory);
      case TOMCAT -> TomcatServer.start(directory);
      case VERTX -> VertxServer.start(directory);
      case VIRTUAL -> VirtualService.start(directory);
      case ZOOKEEPER -> ZooKeeperNode.start(directory);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
