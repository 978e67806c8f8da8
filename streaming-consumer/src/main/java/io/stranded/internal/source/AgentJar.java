package io.stranded.internal.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The agent's jar, unpacked into a file that a target can load; deleted when closed. */
public final class AgentJar implements Closeable {
  private static final String NAME = "stranded-agent.jar";

  private final TargetDirectory directory;
  private final Path there;

  private AgentJar(TargetDirectory directory, Path there) {
    this.directory = directory;
    this.there = there;
  }

  /** Unpacks it where the target finds it too. */
  public static AgentJar unpack(TargetFiles files) throws IOException {
    try (InputStream packed = open()) {
      TargetDirectory directory =
          TargetDirectory.make(files, files.temporary(), TargetDirectory.Kind.AGENT);
      try {
        directory.write(NAME, packed.readAllBytes());
        directory.handOver();
        return new AgentJar(directory, files.there(directory.here(NAME)));
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    }
  }

  /** The jar as it is packed in ours. */
  public static InputStream open() throws IOException {
    InputStream packed = AgentJar.class.getResourceAsStream(NAME);
    if (packed == null) {
      throw new IOException(NAME + " is not packaged: build with 'mvn package'");
    }
    return packed;
  }

  /** Where the target finds it. */
  public Path there() {
    return there;
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
