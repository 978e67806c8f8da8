package io.stranded.watch;

import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The agent's jar, unpacked into a file that a target can load; deleted when closed. */
final class Unpacked implements Closeable {
  private static final String AGENT = "stranded-agent.jar";

  private final TargetDirectory directory;
  private final Path there;

  private Unpacked(TargetDirectory directory, Path there) {
    this.directory = directory;
    this.there = there;
  }

  /** Unpacks it where the target finds it too. */
  static Unpacked agent(TargetFiles files) throws IOException {
    try (InputStream packed = openAgent()) {
      TargetDirectory directory =
          TargetDirectory.make(files, files.temporary(), TargetDirectory.Kind.AGENT);
      try {
        directory.write(AGENT, packed.readAllBytes());
        directory.handOver();
        return new Unpacked(directory, files.there(directory.here(AGENT)));
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    }
  }

  /** The jar as it is packed in ours. */
  static InputStream openAgent() throws IOException {
    InputStream packed = Unpacked.class.getResourceAsStream(AGENT);
    if (packed == null) {
      throw new IOException(AGENT + " is not packaged: build with 'mvn package'");
    }
    return packed;
  }

  /** Where the target finds it. */
  Path there() {
    return there;
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
