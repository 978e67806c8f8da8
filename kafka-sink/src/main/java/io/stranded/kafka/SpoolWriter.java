package io.stranded.kafka;

import io.stranded.finding.FailureLine;
import io.stranded.internal.files.PrivateFiles;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends to the last segment of a spool. Keeps its file open; not thread-safe. */
final class SpoolWriter implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path directory;
  private @Nullable SpoolSegment segment;
  private @Nullable RandomAccessFile file;

  SpoolWriter(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes lines behind what a segment holds, and returns once they are on the disk: all of them,
   * or none if this throws. The segment is not told.
   */
  void write(SpoolSegment to, List<byte[]> lines) throws IOException {
    RandomAccessFile out = open(to);
    // Only differs after an append that failed, and then what it left must go first.
    if (out.length() != to.length()) {
      out.setLength(to.length());
    }
    out.seek(to.length());
    try {
      OutputStream buffer =
          new BufferedOutputStream(new FileOutputStream(out.getFD()), BUFFER_BYTES);
      for (byte[] line : lines) {
        buffer.write(line);
        buffer.write('\n');
      }
      buffer.flush();
      out.getFD().sync();
    } catch (IOException e) {
      try {
        out.setLength(to.length());
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw new IOException("spool " + directory + ": " + FailureLine.of(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    RandomAccessFile open = file;
    file = null;
    segment = null;
    if (open != null) {
      open.close();
    }
  }

  private RandomAccessFile open(SpoolSegment to) throws IOException {
    RandomAccessFile open = file;
    if (open != null && to == segment) {
      return open;
    }
    close();
    open = PrivateFiles.open(to.file());
    file = open;
    segment = to;
    PrivateFiles.syncDirectory(directory);
    return open;
  }
}
