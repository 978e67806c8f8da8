package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An input and the recording files it stands for.
 *
 * @param name for people
 * @param path as given
 * @param files itself, or the chunk files of repository directories, by name and so by age
 * @param losses what of it is known to be missing, one sentence each
 */
record RecordingInput(String name, Path path, List<Path> files, List<String> losses) {
  RecordingInput {
    files = List.copyOf(files);
    losses = List.copyOf(losses);
  }

  /**
   * Finds the files of an input.
   *
   * @throws UnreadableRecordingException if there are none
   */
  static RecordingInput locate(Path path) throws UnreadableRecordingException {
    String name = path.getFileName() + "";
    if (!Files.exists(path)) {
      throw new UnreadableRecordingException(path, "no such file");
    }
    if (Files.isRegularFile(path)) {
      return new RecordingInput(name, path, List.of(path), List.of());
    }
    if (!Files.isDirectory(path)) {
      throw new UnreadableRecordingException(path, "neither a file nor a directory");
    }
    try {
      List<Path> chunks = list(path).stream().filter(RecordingInput::isChunkFile).toList();
      if (chunks.isEmpty()) {
        chunks = chunksOfRepositories(path);
      }
      if (chunks.isEmpty()) {
        throw new UnreadableRecordingException(
            path, "not a JFR repository: the directory has no .jfr files");
      }
      return new RecordingInput(name, path, chunks, List.of());
    } catch (UnreadableRecordingException e) {
      throw e;
    } catch (IOException e) {
      throw new UnreadableRecordingException(path, "cannot be read: " + e, e);
    }
  }

  /** A JVM keeps its chunks in a directory of its own below the configured repository. */
  private static List<Path> chunksOfRepositories(Path base) throws IOException {
    List<Path> chunks = new ArrayList<>();
    for (Path directory : list(base)) {
      if (Files.isDirectory(directory) && Files.isReadable(directory)) {
        list(directory).stream().filter(RecordingInput::isChunkFile).forEach(chunks::add);
      }
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
