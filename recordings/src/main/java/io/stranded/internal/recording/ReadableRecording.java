package io.stranded.internal.recording;

import io.stranded.internal.files.FileKind;
import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recording file that every reader can read: the input itself if it is intact, otherwise a
 * repaired copy that is deleted on close.
 *
 * <p>The repair keeps of each chunk what its header says was flushed, and marks it as finished.
 */
final class ReadableRecording implements AutoCloseable {
  private final Path file;
  private final ChunkScan scan;
  private final Path original;
  private final @Nullable Path copy;

  private ReadableRecording(Path file, ChunkScan scan, Path original, @Nullable Path copy) {
    this.file = file;
    this.scan = scan;
    this.original = original;
    this.copy = copy;
  }

  /**
   * Checks a file and repairs it where needed.
   *
   * @throws UnreadableRecordingException if no event of it can be read
   */
  static ReadableRecording open(Path file, Path tempDirectory) throws UnreadableRecordingException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        throw new UnreadableRecordingException(
            file,
            "empty; a killed JVM leaves its filename= empty, the events are in its JFR repository");
      }
      if (ChunkHeader.read(channel, 0).isEmpty()) {
        throw notARecording(file, channel);
      }
      ChunkScan scan = ChunkScan.of(channel);
      if (scan.readable().isEmpty()) {
        throw new UnreadableRecordingException(
            file, "no readable chunk: " + String.join("; ", scan.losses()));
      }
      if (scan.intact()) {
        return new ReadableRecording(file, scan, file, null);
      }
      Path copy = extract(channel, scan.readable(), tempDirectory);
      return new ReadableRecording(copy, scan, file, copy);
    } catch (UnreadableRecordingException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new UnreadableRecordingException(file, "no such file", e);
    } catch (IOException e) {
      throw new UnreadableRecordingException(file, "cannot be read: " + e, e);
    }
  }

  /** The file to read. */
  Path file() {
    return file;
  }

  /** What of the input was lost, one sentence each. */
  List<String> losses() {
    return scan.losses();
  }

  /** Whether events are lost that had been written. */
  boolean hasGaps() {
    return scan.gaps();
  }

  /** When the last chunk was last written to. */
  Instant end() {
    return scan.readable().stream().map(ChunkHeader::end).max(Instant::compareTo).orElseThrow();
  }

  /** When the first chunk was begun. */
  Instant start() {
    return scan.readable().stream().map(ChunkHeader::start).min(Instant::compareTo).orElseThrow();
  }

  /** The chunks that can be read, with their places in the input. */
  List<ChunkHeader> chunks() {
    return scan.readable();
  }

  /** Makes a file of some of the chunks, for the caller to delete. */
  Path extract(List<ChunkHeader> chunks, Path tempDirectory) throws IOException {
    try (FileChannel channel = FileChannel.open(original, StandardOpenOption.READ)) {
      return extract(channel, chunks, tempDirectory);
    }
  }

  @Override
  public void close() throws IOException {
    if (copy != null) {
      Files.deleteIfExists(copy);
    }
  }

  private static Path extract(FileChannel from, List<ChunkHeader> chunks, Path tempDirectory)
      throws IOException {
    Path copy = PrivateFiles.createTemporary(tempDirectory, ".jfr");
    try {
      repair(from, chunks, copy);
      return copy;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  private static void repair(FileChannel from, List<ChunkHeader> chunks, Path to)
      throws IOException {
    try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      for (ChunkHeader chunk : chunks) {
        long start = out.position();
        long done = 0;
        while (done < chunk.size()) {
          long moved = from.transferTo(chunk.offset() + done, chunk.size() - done, out);
          if (moved <= 0) {
            throw new IOException("the file shrank while it was read");
          }
          done += moved;
        }
        if (chunk.headerOffset() != chunk.offset()) {
          ByteBuffer header = ByteBuffer.allocate(ChunkHeader.BYTES);
          from.read(header, chunk.headerOffset());
          out.write(header.flip(), start);
        }
        out.write(ByteBuffer.wrap(new byte[] {0}), start + ChunkHeader.STATE_OFFSET);
      }
    }
  }

  private static UnreadableRecordingException notARecording(Path file, FileChannel channel)
      throws IOException {
    FileKind kind = FileKind.of(file);
    if (kind == FileKind.RECORDING && channel.size() < ChunkHeader.BYTES) {
      return new UnreadableRecordingException(
          file, "cut at offset " + channel.size() + ", within the header of its first chunk");
    }
    if (kind == FileKind.OLD_RECORDING) {
      return new UnreadableRecordingException(file, kind.words());
    }
    return new UnreadableRecordingException(
        file,
        "not a JFR recording: expected 'FLR\\0' and a chunk header of 68 bytes at offset 0"
            + kind.found());
  }
}
