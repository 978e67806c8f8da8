package io.stranded.hprof;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A heap dump mapped into memory, readable at any offset. Safe for use by several threads.
 *
 * <p>The file is mapped in slices of 1 GiB that overlap by the longest value, so that no value ever
 * straddles two of them. Reads do not check their offset against the file beyond what the slice
 * does: callers validate lengths first.
 */
public final class DumpFile implements Closeable {
  private static final int SLICE_BITS = 30;
  private static final int SLICE_MASK = (1 << SLICE_BITS) - 1;
  private static final int LONGEST_VALUE = Long.BYTES;
  private static final String MAGIC = "JAVA PROFILE 1.0.";
  private static final int LONGEST_HEADER = 32;

  private final Path path;
  private final FileChannel channel;
  private final ByteBuffer[] slices;
  private final long size;
  private final int idSize;
  private final long recordsStart;

  private DumpFile(Path path, FileChannel channel, ByteBuffer[] slices, long size)
      throws UnreadableDumpException {
    this.path = path;
    this.channel = channel;
    this.slices = slices;
    this.size = size;
    int end = 0;
    while (end < Math.min(size, LONGEST_HEADER) && u1(end) != 0) {
      end++;
    }
    String magic = ascii(0, end);
    if (!magic.equals(MAGIC + "1") && !magic.equals(MAGIC + "2")) {
      throw new UnreadableDumpException(
          path + ": not a heap dump: expected 'JAVA PROFILE 1.0.1' or 1.0.2 at offset 0");
    }
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
    if (Files.isDirectory(path)) {
      throw new UnreadableDumpException(path + ": is a directory, expected a heap dump");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new UnreadableDumpException(path + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new UnreadableDumpException(path + ": permission denied", e);
    }
    try {
      long size = channel.size();
      ByteBuffer[] slices = new ByteBuffer[(int) ((size >>> SLICE_BITS) + 1)];
      for (int i = 0; i < slices.length; i++) {
        long start = (long) i << SLICE_BITS;
        long length = Math.min(size - start, (1L << SLICE_BITS) + LONGEST_VALUE);
        slices[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, length);
      }
      return new DumpFile(path, channel, slices, size);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  public Path path() {
    return path;
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
      slice.get(from, copy, done, count);
      done += count;
    }
    return copy;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private String ascii(long at, int length) {
    return new String(bytes(at, length), StandardCharsets.US_ASCII);
  }
}
