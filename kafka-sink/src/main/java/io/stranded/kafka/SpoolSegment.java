package io.stranded.kafka;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of a spool: JSON lines, named by the position of its first byte in the spool as a whole.
 * Not thread-safe: the spool guards it.
 */
final class SpoolSegment {
  private static final Pattern NAME = Pattern.compile("(\\d{20})\\.jsonl");

  private final Path file;
  private final long base;
  private long length;

  /** Bytes at its beginning that an earlier process wrote. */
  private long inherited;

  /** Records behind the delivered position. */
  private long pending;

  private SpoolSegment(Path file, long base, long length) {
    this.file = file;
    this.base = base;
    this.length = length;
    this.inherited = length;
  }

  /** The segment of a file, if by its name it is one. */
  static Optional<SpoolSegment> of(Path file) throws IOException {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(new SpoolSegment(file, Long.parseLong(name.group(1)), Files.size(file)))
        : Optional.empty();
  }

  /** A new, empty segment whose file is not made yet. */
  static SpoolSegment at(Path directory, long base) {
    String name = String.format(Locale.ROOT, "%020d.jsonl", base);
    return new SpoolSegment(directory.resolve(name), base, 0);
  }

  Path file() {
    return file;
  }

  long base() {
    return base;
  }

  long end() {
    return base + length;
  }

  long length() {
    return length;
  }

  long pending() {
    return pending;
  }

  void appended(long bytes, long records) {
    length += bytes;
    pending += records;
  }

  void delivered(long records) {
    pending -= records;
  }

  /** Counts the records behind a position. Reads the file from there on. */
  void countPending(long from) throws IOException {
    pending = 0;
    for (long at = Math.max(from, base); at < end(); ) {
      SpoolBatch batch = read(at, 1 << 20);
      pending += batch.lines().size();
      at = batch.end();
    }
  }

  /**
   * Reads complete lines from a position on: at least one, and not many more bytes than asked for.
   * What is left is shared out evenly, so that no small batch comes last.
   */
  SpoolBatch read(long from, int maxBytes) throws IOException {
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      long left = end() - from;
      long parts = (left + maxBytes - 1) / maxBytes;
      for (long size = (left + parts - 1) / parts; ; size = Math.min(size * 2, left)) {
        byte[] bytes = new byte[Math.toIntExact(size)];
        reader.seek(from - base);
        reader.readFully(bytes);
        int complete = lastIndexOf(bytes, bytes.length) + 1;
        if (complete > 0) {
          return new SpoolBatch(from, from + complete, lines(bytes, complete), isInherited(from));
        }
        if (size == left) {
          // Cannot come from here, as every append ends a line; sender and user shall see it.
          return new SpoolBatch(from, end(), List.of(bytes), isInherited(from));
        }
      }
    }
  }

  /**
   * Cuts off what a power cut or a kill in the middle of an append has left: a line without an end,
   * or blocks of zeros where the file grew before its data was written. Neither was acknowledged.
   *
   * @return the number of bytes cut off
   */
  long repairTail() throws IOException {
    try (RandomAccessFile repaired = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] bytes = new byte[Math.toIntExact(length)];
      repaired.readFully(bytes);
      int end = lastIndexOf(bytes, bytes.length) + 1;
      while (end > 0) {
        int start = lastIndexOf(bytes, end - 1) + 1;
        if (!hasZero(bytes, start, end)) {
          break;
        }
        end = start;
      }
      long cut = length - end;
      if (cut > 0) {
        repaired.setLength(end);
        repaired.getFD().sync();
        length = end;
        inherited = end;
      }
      return cut;
    }
  }

  private boolean isInherited(long position) {
    return position < base + inherited;
  }

  private static List<byte[]> lines(byte[] bytes, int end) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < end; i++) {
      if (bytes[i] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return lines;
  }

  /** The last line break before an index, or -1. */
  private static int lastIndexOf(byte[] bytes, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static boolean hasZero(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
