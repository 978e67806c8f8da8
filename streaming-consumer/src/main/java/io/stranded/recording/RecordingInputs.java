package io.stranded.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    List<RecordingInput> all = new ArrayList<>();
    List<Path> temporary = new ArrayList<>();
    for (Path path : paths.stream().distinct().toList()) {
      if (path.equals(STANDARD_INPUT)) {
        // Readers go back and forth in a recording.
        Path copy = PrivateFiles.create(options.tempDirectory());
        temporary.add(copy);
        Files.copy(System.in, copy, StandardCopyOption.REPLACE_EXISTING);
        all.add(new RecordingInput("standard input", path, List.of(copy), List.of()));
      } else {
        all.add(RecordingInput.locate(path));
      }
    }
    return new RecordingInputs(all, temporary);
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
