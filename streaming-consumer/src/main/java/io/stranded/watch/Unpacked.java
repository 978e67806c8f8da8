package io.stranded.watch;

import io.stranded.internal.source.TargetDirectory;
import io.stranded.internal.source.TargetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A resource of our own jar, unpacked into a file that a target can load; deleted when closed. */
final class Unpacked implements Closeable {
  private static final String AGENT = "stranded-agent.jar";

  private final TargetDirectory directory;
  private final Path there;

  private Unpacked(TargetDirectory directory, Path there) {
    this.directory = directory;
    this.there = there;
  }

  /** Unpacks the agent where the target finds it too. */
  static Unpacked agent(TargetFiles files) throws IOException {
    TargetDirectory.Kind kind = TargetDirectory.Kind.AGENT;
    return of(AGENT, files, kind, TargetDirectory.newName(kind))
        .orElseThrow(() -> new IOException(AGENT + " is not packaged: build with 'mvn package'"));
  }

  /**
   * Unpacks a native library where the target finds it too; empty if there is none of that name.
   */
  static Optional<Unpacked> library(String resource, TargetFiles files, String directory)
      throws IOException {
    return of(resource, files, TargetDirectory.Kind.ROOTS, directory);
  }

  private static Optional<Unpacked> of(
      String resource, TargetFiles files, TargetDirectory.Kind kind, String name)
      throws IOException {
    try (InputStream packed = Unpacked.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return Optional.empty();
      }
      String file = String.valueOf(Path.of(resource).getFileName());
      TargetDirectory directory = TargetDirectory.make(files, files.temporary(), kind, name);
      try {
        directory.write(file, packed.readAllBytes());
        directory.handOver();
        return Optional.of(new Unpacked(directory, files.there(directory.here(file))));
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    }
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
