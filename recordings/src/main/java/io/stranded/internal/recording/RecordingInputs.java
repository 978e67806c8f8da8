package io.stranded.internal.recording;

import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The inputs of one run; standard input among them is kept in a temporary file until closed. */
final class RecordingInputs implements AutoCloseable {
  private static final Path STANDARD_INPUT = Path.of("-");

  private final List<RecordingInput> all;
  private final List<Path> temporary;

  private RecordingInputs(List<RecordingInput> all, List<Path> temporary) {
    this.all = List.copyOf(all);
    this.temporary = List.copyOf(temporary);
  }

  /**
   * Finds the files of all inputs.
   *
   * @throws UnreadableRecordingException if one does not exist or has no recording in it
   * @throws IOException if standard input cannot be read or kept
   */
  static RecordingInputs locate(List<Path> paths, ReplayOptions options) throws IOException {
    List<Path> distinct = paths.stream().distinct().toList();
    List<RecordingInput> all = new ArrayList<>();
    for (Path path : distinct) {
      if (!path.equals(STANDARD_INPUT)) {
        all.add(RecordingInput.locate(path));
      }
    }
    if (!distinct.contains(STANDARD_INPUT)) {
      return new RecordingInputs(all, List.of());
    }
    Path copy = keepStandardInput(options.tempDirectory());
    all.add(new RecordingInput("standard input", STANDARD_INPUT, List.of(copy)));
    return new RecordingInputs(all, List.of(copy));
  }

  /** Readers go back and forth in a recording. */
  private static Path keepStandardInput(Path directory) throws IOException {
    Path copy = PrivateFiles.createTemporary(directory, ".jfr");
    // Written to, not replaced, or it would not be private any more.
    try (OutputStream out = Files.newOutputStream(copy)) {
      System.in.transferTo(out);
      return copy;
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  List<RecordingInput> all() {
    return all;
  }

  @Override
  public void close() throws IOException {
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
