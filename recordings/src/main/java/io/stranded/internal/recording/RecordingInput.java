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
 * @param gaps whether that is more than what had not been written yet
 */
record RecordingInput(String name, Path path, List<Path> files, List<String> losses, boolean gaps) {
  RecordingInput {
    files = List.copyOf(files);
    losses = List.copyOf(losses);
  }

  /**
   * What a file surely is of the same JVM with: itself, or the repository that it is a chunk of,
   * since each JVM has a directory of its own.
   */
  Path unit(Path file) {
    Path directory = file.getParent();
    return files.size() > 1 && directory != null ? directory : path;
  }

  /** An input of which nothing is known to be missing. */
  RecordingInput(String name, Path path, List<Path> files) {
    this(name, path, files, List.of(), false);
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
      return new RecordingInput(name, path, List.of(path));
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
            path, "not a JFR repository: the directory has no recordings");
      }
      return new RecordingInput(name, path, chunks);
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

  /** Chunk files may be empty still; others tell by their bytes. */
  private static boolean isChunkFile(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      return file.getFileName().toString().endsWith(".jfr") || Unpacker.isRecording(file);
    } catch (IOException e) {
      return false; // nobody said that it was one
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }
}
