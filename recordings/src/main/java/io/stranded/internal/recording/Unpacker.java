package io.stranded.internal.recording;

import io.stranded.internal.files.FileKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Unpacks recordings that came as a gzip, or as a zip with one of them in it, to a private
 * directory that is deleted on close. What they are tell their first bytes, not their names.
 */
final class Unpacker implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path tempDirectory;
  private final List<Path> copies = new ArrayList<>();

  Unpacker(Path tempDirectory) {
    this.tempDirectory = tempDirectory;
  }

  /**
   * Whether a file among others is worth reading: a recording, or a gzip of one.
   *
   * @throws IOException if it cannot be read
   */
  static boolean isRecording(Path file) throws IOException {
    return switch (FileKind.of(file)) {
      case RECORDING, OLD_RECORDING -> true;
      case GZIP -> {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
          yield FileKind.of(in.readNBytes(ChunkHeader.MAGIC.length)) == FileKind.RECORDING;
        } catch (EOFException | ZipException e) {
          yield false;
        }
      }
      default -> false;
    };
  }

  /**
   * The input with what is packed of it unpacked.
   *
   * @throws UnreadableRecordingException if it is a zip of none or of many
   */
  RecordingInput unpack(RecordingInput input) throws IOException {
    List<Path> files = new ArrayList<>();
    List<String> losses = new ArrayList<>(input.losses());
    boolean gaps = input.gaps();
    for (Path file : input.files()) {
      FileKind kind = FileKind.of(file);
      if (kind != FileKind.GZIP && kind != FileKind.ZIP) {
        files.add(file);
        continue;
      }
      Path named = input.files().size() == 1 ? input.path() : file;
      Path copy = create(file);
      files.add(copy);
      Optional<String> loss =
          kind == FileKind.GZIP ? gunzip(named, file, copy) : unzip(named, file, copy);
      if (loss.isPresent()) {
        losses.add((input.files().size() == 1 ? "" : file.getFileName() + ": ") + loss.get());
        gaps = true;
      }
    }
    return new RecordingInput(input.name(), input.path(), files, losses, gaps);
  }

  @Override
  public void close() throws IOException {
    for (Path copy : copies) {
      Files.deleteIfExists(copy);
      Files.deleteIfExists(copy.getParent());
    }
  }

  /** Under its own name, which may come to be reported, in a directory that others cannot read. */
  private Path create(Path file) throws IOException {
    Path directory = Files.createTempDirectory(tempDirectory, "stranded-");
    Path copy = directory.resolve(String.valueOf(file.getFileName()));
    copies.add(copy);
    return copy;
  }

  private static Optional<String> gunzip(Path named, Path file, Path copy) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = new GZIPInputStream(raw, BUFFER)) {
      return copy(named, "gzip", in, copy);
    } catch (EOFException | ZipException e) {
      throw new UnreadableRecordingException(named, "damaged gzip: " + e.getMessage(), e);
    }
  }

  private static Optional<String> unzip(Path named, Path file, Path copy) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      boolean found = false;
      Optional<String> loss = Optional.empty();
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.isDirectory() || entry.getName().startsWith("__MACOSX/")) {
          continue;
        }
        if (found) {
          throw new UnreadableRecordingException(
              named, "a zip of several files: unzip it, and name the recordings");
        }
        found = true;
        loss = copy(named, "zip", zip, copy);
        if (loss.isPresent()) {
          return loss;
        }
      }
      if (!found) {
        throw new UnreadableRecordingException(named, "a zip with nothing in it");
      }
      return loss;
    } catch (EOFException | ZipException e) {
      throw new UnreadableRecordingException(named, "damaged zip: " + e.getMessage(), e);
    }
  }

  /** What a packing that was cut still gives is kept. */
  private static Optional<String> copy(Path named, String packing, InputStream in, Path copy)
      throws IOException {
    long unpacked = 0;
    try (OutputStream out = Files.newOutputStream(copy)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        FileKind kind =
            unpacked == 0 ? FileKind.of(Arrays.copyOf(buffer, count)) : FileKind.UNKNOWN;
        // What is no recording may unpack to a thousand times its size: stop at once.
        if (unpacked == 0 && kind != FileKind.RECORDING && kind != FileKind.OLD_RECORDING) {
          throw new UnreadableRecordingException(
              named, "not a JFR recording in the " + packing + kind.found());
        }
        out.write(buffer, 0, count);
        unpacked += count;
      }
      return Optional.empty();
    } catch (EOFException | ZipException e) {
      return Optional.of(
          "the %s is cut or damaged: what follows offset %d of its content is lost"
              .formatted(packing, unpacked));
    }
  }
}
