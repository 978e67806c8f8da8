package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Optional;

/**
 * The 68 bytes at the start of a chunk, big-endian, as far as they matter here.
 *
 * @param offset where the chunk starts in its file
 * @param size number of bytes up to the last flush, header included
 * @param metadataOffset where the event descriptions are, from the start of the chunk; 0 if nothing
 *     was ever flushed
 * @param start when the chunk was begun
 * @param end time of the last flush
 * @param finished whether the writer completed the chunk
 * @param headerOffset where these bytes are in the file: at the start of the chunk, or further on
 */
record ChunkHeader(
    long offset,
    long size,
    long metadataOffset,
    Instant start,
    Instant end,
    boolean finished,
    long headerOffset) {
  static final int BYTES = 68;

  /** Where in the header the state is: 0 finished, 255 being changed, otherwise flushes so far. */
  static final int STATE_OFFSET = 64;

  static final byte[] MAGIC = {'F', 'L', 'R', 0};

  /** Reads the header at the offset; empty if there is none. */
  static Optional<ChunkHeader> read(FileChannel file, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        return Optional.empty();
      }
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes.get(i) != MAGIC[i]) {
        return Optional.empty();
      }
    }
    int major = bytes.getShort(4);
    if (major != 1 && major != 2) {
      return Optional.empty();
    }
    long startNanos = bytes.getLong(32);
    long durationNanos = Math.max(0, bytes.getLong(40));
    Instant start = Instant.EPOCH.plusNanos(startNanos);
    return Optional.of(
        new ChunkHeader(
            offset,
            bytes.getLong(8),
            bytes.getLong(24),
            start,
            start.plusNanos(durationNanos),
            bytes.get(STATE_OFFSET) == 0,
            offset));
  }

  /** Whether it stands in another chunk, as the writer leaves one there with each flush. */
  boolean isFlushOf(ChunkHeader chunk) {
    return start.equals(chunk.start) && size == headerOffset + BYTES - chunk.offset;
  }

  /** The chunk as it was at a flush: up to the header that the writer left there. */
  ChunkHeader at(ChunkHeader flush) {
    return new ChunkHeader(
        offset, flush.size, flush.metadataOffset, start, flush.end, false, flush.headerOffset);
  }

  /** Whether anything of the chunk reached the disk in a readable form. */
  boolean hasContent() {
    return size > BYTES && metadataOffset >= BYTES && metadataOffset < size;
  }

  /** Where the chunk ends in its file. */
  long limit() {
    return offset + size;
  }
}
