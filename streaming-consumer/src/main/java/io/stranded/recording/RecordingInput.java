package io.stranded.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An input and the recording files it stands for.
 *
 * @param path as given
 * @param files itself, or the chunk files of a repository directory, by name and so by age
 */
record RecordingInput(Path path, List<Path> files) {
  RecordingInput {
    files = List.copyOf(files);
  }

  /**
   * Finds the files of an input.
   *
   * @throws UnreadableRecordingException if there are none, or those of several JVMs
   */
  static RecordingInput locate(Path path) throws UnreadableRecordingException {
    if (!Files.exists(path)) {
      throw new UnreadableRecordingException(path, "no such file");
    }
    if (Files.isRegularFile(path)) {
      return new RecordingInput(path, List.of(path));
    }
    if (!Files.isDirectory(path)) {
      throw new UnreadableRecordingException(path, "neither a file nor a directory");
    }
    try {
      List<Path> chunks = list(path).stream().filter(RecordingInput::isChunkFile).toList();
      if (chunks.isEmpty()) {
        chunks = chunksOfOnlyRepository(path);
      }
      if (chunks.isEmpty()) {
        throw new UnreadableRecordingException(
            path, "not a JFR repository: the directory has no .jfr files");
      }
      return new RecordingInput(path, chunks);
    } catch (UnreadableRecordingException e) {
      throw e;
    } catch (IOException e) {
      throw new UnreadableRecordingException(path, "cannot be read: " + e, e);
    }
  }

  /** A JVM keeps its chunks in a directory of its own below the configured repository. */
  private static List<Path> chunksOfOnlyRepository(Path base) throws IOException {
    List<Path> chunks = List.of();
    List<String> names = new ArrayList<>();
    for (Path directory : list(base)) {
      if (Files.isDirectory(directory) && Files.isReadable(directory)) {
        List<Path> found = list(directory).stream().filter(RecordingInput::isChunkFile).toList();
        if (!found.isEmpty()) {
          chunks = found;
          names.add(directory.getFileName().toString());
        }
      }
    }
    if (names.size() > 1) {
      throw new UnreadableRecordingException(
          base, "holds the repositories of several JVMs; name one of them: " + names);
    }
    return chunks;
  }

  private static boolean isChunkFile(Path file) {
    return file.getFileName().toString().endsWith(".jfr") && Files.isRegularFile(file);
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }
}
