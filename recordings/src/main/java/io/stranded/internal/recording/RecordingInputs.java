package io.stranded.internal.recording;

import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of one run; standard input among them, and what is packed, is kept in temporary files
 * until closed.
 */
final class RecordingInputs implements AutoCloseable {
  private static final Path STANDARD_INPUT = Path.of("-");

  private final List<RecordingInput> all;
  private final List<Path> temporary;
  private final Unpacker unpacker;

  private RecordingInputs(List<RecordingInput> all, List<Path> temporary, Unpacker unpacker) {
    this.all = List.copyOf(all);
    this.temporary = List.copyOf(temporary);
    this.unpacker = unpacker;
  }

  /**
   * Finds the files of all inputs.
   *
   * @throws UnreadableRecordingException if one does not exist or has no recording in it
   * @throws IOException if standard input cannot be read or kept
   */
  static RecordingInputs locate(List<Path> paths, ReplayOptions options) throws IOException {
    RecordingInputs packed = find(paths, options);
    try {
      List<RecordingInput> unpacked = new ArrayList<>();
      List<UnreadableRecordingException> failures = new ArrayList<>();
      for (RecordingInput input : packed.all) {
        try {
          unpacked.add(packed.unpacker.unpack(input));
        } catch (UnreadableRecordingException e) {
          failures.add(e);
          unpacked.add(
              new RecordingInput(
                  input.name(), input.path(), List.of(), List.of("left out: " + e.reason()), true));
        }
      }
      if (failures.size() == packed.all.size()) {
        throw failures.get(0);
      }
      return new RecordingInputs(unpacked, packed.temporary, packed.unpacker);
    } catch (IOException | RuntimeException e) {
      packed.close();
      throw e;
    }
  }

  private static RecordingInputs find(List<Path> paths, ReplayOptions options) throws IOException {
    Unpacker unpacker = new Unpacker(options.tempDirectory());
    List<Path> distinct = paths.stream().distinct().toList();
    List<RecordingInput> all = new ArrayList<>();
    for (Path path : distinct) {
      if (!path.equals(STANDARD_INPUT)) {
        all.add(RecordingInput.locate(path));
      }
    }
    if (!distinct.contains(STANDARD_INPUT)) {
      return new RecordingInputs(all, List.of(), unpacker);
    }
    Path copy = keepStandardInput(options.tempDirectory());
    all.add(new RecordingInput("standard input", STANDARD_INPUT, List.of(copy)));
    return new RecordingInputs(all, List.of(copy), unpacker);
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
    unpacker.close();
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
