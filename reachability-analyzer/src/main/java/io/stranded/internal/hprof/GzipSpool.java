package io.stranded.internal.hprof;

import io.stranded.finding.FailureLine;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * Unpacks a gzipped dump into a private temporary file, so that it can be mapped.
 *
 * <p>{@code jcmd GC.heap_dump -gz=1} writes many independent members one after the other, and
 * {@code gzip} one: both are read alike. Whatever a file that was cut still gives is kept, and its
 * end noted as damage; wrong bytes within are an error, since all that follows them is lost.
 *
 * @param channel the temporary file, which no longer has a name where the system allows that, and
 *     is deleted when closed elsewhere
 * @param damage how the gzip ends too early; empty if it is whole
 */
record GzipSpool(FileChannel channel, Optional<String> damage) {
  private static final int MAGIC_0 = 0x1f;
  private static final int MAGIC_1 = 0x8b;
  private static final int OUT_BYTES = 1 << 18;

  /** Whether a file with these first two bytes is a gzip. */
  static boolean isGzip(byte[] head) {
    return (head[0] & 0xff) == MAGIC_0 && (head[1] & 0xff) == MAGIC_1;
  }

  /** Unpacks a whole file; the caller closes what is returned. */
  static GzipSpool unpack(Path path, FileChannel packed, DumpFile.UnpackProgress progress)
      throws IOException {
    FileChannel spool = createPrivate(path);
    try (GzipMembers members = new GzipMembers(packed)) {
      Optional<String> damage = copy(path, members, spool, progress);
      return new GzipSpool(spool, damage);
    } catch (DataFormatException e) {
      spool.close();
      throw new UnreadableDumpException(path + ": damaged gzip: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private static Optional<String> copy(
      Path path, GzipMembers members, FileChannel spool, DumpFile.UnpackProgress progress)
      throws IOException, DataFormatException {
    byte[] out = new byte[OUT_BYTES];
    boolean first = true;
    for (int count = members.read(out); count >= 0; count = members.read(out)) {
      if (first && count > 0) {
        first = false;
        // What is no dump may unpack to a thousand times its size: stop at once.
        DumpFile.checkMagic(path, out, Math.min(count, DumpFile.LONGEST_HEADER), " in the gzip");
      }
      write(path, spool, ByteBuffer.wrap(out, 0, count));
      progress.at(members.position(), members.size());
    }
    progress.at(members.position(), members.size());
    return members.truncatedAt() < 0
        ? Optional.empty()
        : Optional.of("the gzip ends within a member at offset " + members.truncatedAt());
  }

  private static FileChannel createPrivate(Path path) throws IOException {
    try {
      // A dump holds secrets.
      return PrivateFiles.openTemporary(
          Path.of(System.getProperty("java.io.tmpdir")), "stranded-spool-", ".hprof");
    } catch (IOException e) {
      throw spoolFailed(path, e);
    }
  }

  private static void write(Path path, FileChannel spool, ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        spool.write(bytes);
      }
    } catch (IOException e) {
      throw spoolFailed(path, e);
    }
  }

  private static UnreadableDumpException spoolFailed(Path path, IOException e) {
    return new UnreadableDumpException(
        path
            + ": cannot unpack to "
            + System.getProperty("java.io.tmpdir")
            + " (-Djava.io.tmpdir chooses another place): "
            + FailureLine.of(e),
        e);
  }
}
