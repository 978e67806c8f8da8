package io.stranded.silence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories for the time of a run. */
final class Scratch {
  private Scratch() {}

  /**
   * Makes one that is deleted when this JVM ends.
   *
   * @param program whom messages name
   */
  static Path create(String program) throws IOException {
    Path directory = Files.createTempDirectory("stranded-silence");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory, program)));
    return directory;
  }

  /** Copies a file, or a directory with all that is in it, to where there is neither. */
  static void copy(Path source, Path target) throws IOException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(source.relativize(file).toString()));
      }
    }
  }

  /** Deletes one with all that is in it, and says so if that cannot be done. */
  static void delete(Path directory, String program) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println(program + ": cannot delete " + directory + ": " + e.getMessage());
    }
  }
}
