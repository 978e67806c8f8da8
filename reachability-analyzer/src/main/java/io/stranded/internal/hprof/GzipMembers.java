package io.stranded.internal.hprof;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked bytes of all members of a gzip file (RFC 1952), checksums checked. Unlike the JDK's
 * stream it tells an end that comes too early from damage, and where either is.
 */
final class GzipMembers implements Closeable {
  private static final int IN_BYTES = 1 << 16;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  /** The file ends where more was expected. */
  private static final class Truncated extends Exception {
    private static final long serialVersionUID = 1;

    Truncated() {
      super(null, null, false, false);
    }
  }

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer in = ByteBuffer.allocate(IN_BYTES).limit(0);
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private long read;
  private long memberAt;
  private long unpacked;
  private boolean inMember;
  private long truncatedAt = -1;

  GzipMembers(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /**
   * Unpacks some bytes.
   *
   * @return how many, or -1 at the end
   * @throws DataFormatException if a member is damaged; the message names its offset
   */
  int read(byte[] out) throws IOException, DataFormatException {
    try {
      return readMembers(out);
    } catch (Truncated e) {
      truncatedAt = memberAt;
      return -1;
    }
  }

  /** Offset of the member that the file ends in, or -1. */
  long truncatedAt() {
    return truncatedAt;
  }

  /** Bytes of the file consumed. */
  long position() {
    return read - in.remaining();
  }

  /** Bytes of the file. */
  long size() {
    return size;
  }

  @Override
  public void close() {
    inflater.end();
  }

  private int readMembers(byte[] out) throws IOException, DataFormatException, Truncated {
    while (true) {
      if (!inMember) {
        memberAt = position();
        if (memberAt == size || truncatedAt >= 0) {
          return -1;
        }
        readHeader();
        inMember = true;
      }
      int count = inflate(out);
      if (count > 0) {
        return count;
      }
      readTrailer();
      inMember = false;
    }
  }

  /** Unpacks some bytes of the current member; 0 at its end. */
  private int inflate(byte[] out) throws IOException, DataFormatException, Truncated {
    while (!inflater.finished()) {
      if (inflater.needsInput()) {
        fill();
        inflater.setInput(in);
      }
      int count;
      try {
        count = inflater.inflate(out);
      } catch (DataFormatException e) {
        throw damaged("its data is invalid", e);
      }
      if (inflater.needsDictionary()) {
        throw damaged("it needs a dictionary", null);
      }
      if (count > 0) {
        checksum.update(out, 0, count);
        unpacked += count;
        return count;
      }
    }
    return 0;
  }

  private void readHeader() throws IOException, DataFormatException, Truncated {
    if (u2() != MAGIC || u1() != DEFLATE) {
      throw damaged("expected the magic 1f 8b 08", null);
    }
    int flags = u1();
    if ((flags & RESERVED) != 0) {
      throw damaged("expected known flags, found " + flags, null);
    }
    // Time, compression level and system.
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(u2());
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    checksum.reset();
    unpacked = 0;
  }

  private void readTrailer() throws IOException, DataFormatException, Truncated {
    long expectedChecksum = u2() | (long) u2() << 16;
    long expectedLength = u2() | (long) u2() << 16;
    if (expectedChecksum != checksum.getValue() || expectedLength != (unpacked & 0xffff_ffffL)) {
      throw damaged("its checksum or length does not match", null);
    }
  }

  private void skipText() throws IOException, Truncated {
    int next = u1();
    while (next != 0) {
      next = u1();
    }
  }

  private void skip(int count) throws IOException, Truncated {
    for (int i = 0; i < count; i++) {
      u1();
    }
  }

  private int u2() throws IOException, Truncated {
    int low = u1();
    return low | u1() << 8;
  }

  private int u1() throws IOException, Truncated {
    if (!in.hasRemaining()) {
      fill();
    }
    return in.get() & 0xff;
  }

  private void fill() throws IOException, Truncated {
    if (in.hasRemaining()) {
      return;
    }
    in.clear();
    int count = channel.read(in, read);
    in.flip();
    if (count <= 0) {
      throw new Truncated();
    }
    read += count;
  }

  private DataFormatException damaged(String what, @Nullable Throwable e) {
    DataFormatException damaged =
        new DataFormatException("member at offset " + memberAt + ": " + what);
    if (e != null) {
      damaged.initCause(e);
    }
    return damaged;
  }
}
