package io.stranded.watch;

import io.stranded.source.TargetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The agent, unpacked from our own jar into a file that a target can load. */
final class AgentJar implements Closeable {
  private static final String RESOURCE = "stranded-agent.jar";

  private final Path directory;
  private final Path file;

  private AgentJar(Path directory, Path file) {
    this.directory = directory;
    this.file = file;
  }

  /** Unpacks it where the target finds it too. */
  static AgentJar unpack(TargetFiles files) throws IOException {
    Path directory =
        files.makePrivateDirectory(
            files.here(Path.of(System.getProperty("java.io.tmpdir"))), "stranded-agent-");
    Path file = directory.resolve(RESOURCE);
    try (InputStream packed = AgentJar.class.getResourceAsStream(RESOURCE)) {
      if (packed == null) {
        throw new IOException(RESOURCE + " is not packaged: build with 'mvn package'");
      }
      Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
      files.give(file);
    }
    return new AgentJar(directory, file);
  }

  Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(directory);
  }
}
