package io.stranded.internal.hprof;

import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.files.FileKind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A heap dump mapped into memory, readable at any offset. Safe for use by several threads.
 *
 * <p>The file is mapped in slices of 1 GiB that overlap by the longest value, so that no value ever
 * straddles two of them. Reads do not check their offset against the file beyond what the slice
 * does: callers validate lengths first.
 */
public final class DumpFile implements Closeable {
  /** Hears how far a packed dump has been unpacked, in bytes of the packed file. */
  @FunctionalInterface
  public interface UnpackProgress {
    void at(long done, long total);
  }

  static final int LONGEST_HEADER = 32;
  private static final int SLICE_BITS = 30;
  private static final int SLICE_MASK = (1 << SLICE_BITS) - 1;
  private static final int LONGEST_VALUE = Long.BYTES;

  /** Up to the first fields of an instance. */
  private static final int TOUCHED_BYTES = 24;

  private static final String MAGIC = "JAVA PROFILE 1.0.";

  /** Offsets of objects are kept in five bytes. */
  private static final long LARGEST = 1L << 40;

  private final DumpSource source;
  private final ByteBuffer[] slices;
  private final long size;
  private final int idSize;
  private final long recordsStart;

  private DumpFile(DumpSource source, ByteBuffer[] slices, long size)
      throws UnreadableDumpException {
    this.source = source;
    this.slices = slices;
    this.size = size;
    Path path = source.path();
    int end = checkMagic(path, bytes(0, (int) Math.min(size, LONGEST_HEADER)), LONGEST_HEADER, "");
    this.recordsStart = end + 1L + Integer.BYTES + Long.BYTES;
    if (size < recordsStart) {
      throw new UnreadableDumpException(path + ": ends at offset " + size + " within its header");
    }
    this.idSize = i4(end + 1L);
    if (idSize != Integer.BYTES && idSize != Long.BYTES) {
      throw new UnreadableDumpException(
          path + ": expected an id size of 4 or 8 at offset " + (end + 1) + ", found " + idSize);
    }
  }

  /**
   * Maps a dump.
   *
   * @throws UnreadableDumpException if it is missing, not a readable file or not a heap dump
   */
  public static DumpFile open(Path path) throws IOException {
    return open(path, (done, total) -> {});
  }

  /**
   * Maps a dump. A gzipped one, which its first bytes tell and not its name, is unpacked to a
   * private file in {@code java.io.tmpdir} first; that file has no name while it is used, and its
   * space is given back on close.
   *
   * @throws UnreadableDumpException if it is missing, not a readable file, not a heap dump, a
   *     damaged gzip, or there is no room to unpack it
   */
  public static DumpFile open(Path path, UnpackProgress progress) throws IOException {
    DumpSource source = DumpSource.open(path, progress);
    try {
      long size = source.channel().size();
      return new DumpFile(source, map(source, size), size);
    } catch (InternalError e) {
      UnreadableDumpException failure = failure(source, e);
      source.channel().close();
      throw failure;
    } catch (IOException | RuntimeException e) {
      source.channel().close();
      throw e;
    }
  }

  private static ByteBuffer[] map(DumpSource source, long size) throws IOException {
    if (size >= LARGEST) {
      throw new UnreadableDumpException(
          source.path() + ": has " + size + " bytes, expected less than 1 TiB");
    }
    ByteBuffer[] slices = new ByteBuffer[(int) ((size >>> SLICE_BITS) + 1)];
    for (int i = 0; i < slices.length; i++) {
      long start = (long) i << SLICE_BITS;
      long length = Math.min(size - start, (1L << SLICE_BITS) + LONGEST_VALUE);
      try {
        slices[i] = source.channel().map(FileChannel.MapMode.READ_ONLY, start, length);
      } catch (IOException e) {
        throw new UnreadableDumpException(
            source.path() + ": cannot be mapped into memory at offset " + start, e);
      }
    }
    return slices;
  }

  /** Checks the first bytes of a dump and returns the length of its magic. */
  static int checkMagic(Path path, byte[] head, int length, String where)
      throws UnreadableDumpException {
    int end = 0;
    while (end < Math.min(head.length, length) && head[end] != 0) {
      end++;
    }
    String magic = new String(head, 0, end, StandardCharsets.US_ASCII);
    if (!magic.equals(MAGIC + "1") && !magic.equals(MAGIC + "2")) {
      // In a gzip the file itself tells of the packing only.
      String hint = (where.isEmpty() ? FileKind.of(path) : FileKind.of(head)).found();
      throw new UnreadableDumpException(
          path
              + ": not a heap dump: expected 'JAVA PROFILE 1.0.1' or 1.0.2 at offset 0"
              + where
              + hint);
    }
    return end;
  }

  /** What is wrong with the packing, in a clause; empty if nothing is. */
  Optional<String> damage() {
    return source.damage();
  }

  /**
   * What happened to the file since it was opened, in a clause that follows its name; empty if it
   * is as it was. A dump that is still being written, or was cut short, proves nothing.
   */
  public Optional<String> change() {
    return source.change();
  }

  /**
   * What to tell the user when a read of the mapped file failed: the file shrank, or the disk did
   * not give the bytes.
   *
   * @param cause as the JVM throws it, at the read or shortly after
   */
  public UnreadableDumpException failure(Throwable cause) {
    return failure(source, cause);
  }

  private static UnreadableDumpException failure(DumpSource source, Throwable cause) {
    String reason = source.change().orElse("the system cannot read its bytes");
    return new UnreadableDumpException(source.path() + ": " + reason, cause);
  }

  public Path path() {
    return source.path();
  }

  /** Length of the file in bytes. */
  public long size() {
    return size;
  }

  /** Bytes of an id: 4 or 8. */
  public int idSize() {
    return idSize;
  }

  /** Offset of the first record. */
  public long recordsStart() {
    return recordsStart;
  }

  /** Milliseconds since the epoch at which the dump says it was made. */
  public long timestampMillis() {
    return i8(recordsStart - Long.BYTES);
  }

  public int u1(long at) {
    return i1(at) & 0xff;
  }

  public byte i1(long at) {
    return slices[(int) (at >>> SLICE_BITS)].get((int) at & SLICE_MASK);
  }

  /**
   * Looks at the beginning of records. What is in no cache comes from memory for all of them at
   * once; for those who read them one after the other it would come one after the other.
   *
   * @return nothing of use, but that the compiler cannot leave the looks out
   */
  public int touch(long[] records, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += i1(records[i]) + i1(Math.min(records[i] + TOUCHED_BYTES, size - 1));
    }
    return sum;
  }

  public int u2(long at) {
    return slices[(int) (at >>> SLICE_BITS)].getShort((int) at & SLICE_MASK) & 0xffff;
  }

  public int i4(long at) {
    return slices[(int) (at >>> SLICE_BITS)].getInt((int) at & SLICE_MASK);
  }

  public long u4(long at) {
    return i4(at) & 0xffff_ffffL;
  }

  public long i8(long at) {
    return slices[(int) (at >>> SLICE_BITS)].getLong((int) at & SLICE_MASK);
  }

  public long id(long at) {
    return idSize == Long.BYTES ? i8(at) : u4(at);
  }

  /** Bytes as text: UTF-8 as HPROF means it, with replacement of what is malformed. */
  public String utf8(long at, int length) {
    return new String(bytes(at, length), StandardCharsets.UTF_8);
  }

  /** Copies bytes out. */
  public byte[] bytes(long at, int length) {
    byte[] copy = new byte[length];
    int done = 0;
    while (done < length) {
      ByteBuffer slice = slices[(int) ((at + done) >>> SLICE_BITS)];
      int from = (int) (at + done) & SLICE_MASK;
      int count = Math.min(length - done, slice.limit() - from);
      if (count <= 0) {
        throw new IndexOutOfBoundsException(at + done);
      }
      slice.get(from, copy, done, count);
      done += count;
    }
    return copy;
  }

  @Override
  public void close() throws IOException {
    try (FileChannel channel = source.channel()) {
      if (source.unpacked()) {
        // The mapping keeps the space until it is collected: give it back now.
        channel.truncate(0);
      }
    }
  }
}
