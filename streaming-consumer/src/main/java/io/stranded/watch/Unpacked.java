package io.stranded.watch;

import io.stranded.source.TargetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A resource of our own jar, unpacked into a file that a target can load. */
final class Unpacked implements Closeable {
  private static final String AGENT = "stranded-agent.jar";

  private final Path file;

  private Unpacked(Path file) {
    this.file = file;
  }

  /** Unpacks the agent where the target finds it too. */
  static Unpacked agent(TargetFiles files) throws IOException {
    return of(AGENT, files)
        .orElseThrow(() -> new IOException(AGENT + " is not packaged: build with 'mvn package'"));
  }

  /** Unpacks a resource where the target finds it too; empty if there is none of that name. */
  static Optional<Unpacked> of(String resource, TargetFiles files) throws IOException {
    try (InputStream packed = Unpacked.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return Optional.empty();
      }
      Path directory =
          files.makePrivateDirectory(
              files.here(Path.of(System.getProperty("java.io.tmpdir"))), "stranded-agent-");
      Path file = directory.resolve(Path.of(resource).getFileName());
      Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
      files.give(file);
      return Optional.of(new Unpacked(file));
    }
  }

  Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    Path directory = file.getParent();
    Files.deleteIfExists(file);
    if (directory != null) {
      Files.deleteIfExists(directory);
    }
  }
}
