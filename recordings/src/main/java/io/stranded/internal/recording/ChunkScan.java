package io.stranded.internal.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chunks of a file: those that can be read, and what is wrong with the rest.
 *
 * <p>A reader trusts the size in a chunk's header. That of an unfinished chunk (the writer was
 * killed, or was still at work when the file was copied) covers what was flushed, more bytes may
 * follow; that of a cut chunk points past the end of the file, where its event descriptions would
 * have been. Such a chunk can be read as far as the writer had flushed it by then and left a header
 * to say so, as the JDK does from 14 on.
 *
 * @param readable in file order
 * @param losses what cannot be read, one sentence each
 * @param intact whether the file can be read as it is
 * @param gaps whether events are lost that had been written, and not only the last that had not
 */
record ChunkScan(List<ChunkHeader> readable, List<String> losses, boolean intact, boolean gaps) {
  private static final int BUFFER = 1 << 16;

  ChunkScan {
    readable = List.copyOf(readable);
    losses = List.copyOf(losses);
  }

  static ChunkScan of(FileChannel file) throws IOException {
    List<ChunkHeader> readable = new ArrayList<>();
    List<String> losses = new ArrayList<>();
    boolean intact = true;
    boolean gaps = false;
    long length = file.size();
    long offset = 0;
    while (offset < length) {
      Optional<ChunkHeader> found = ChunkHeader.read(file, offset);
      if (found.isEmpty()) {
        long next = findChunk(file, offset + 1);
        losses.add("no chunk at offset " + offset + ": " + (next - offset) + " bytes skipped");
        intact = false;
        gaps = true;
        offset = next;
        continue;
      }
      ChunkHeader chunk = found.get();
      if (!chunk.hasContent()) {
        long next = findChunk(file, offset + ChunkHeader.BYTES);
        losses.add("the chunk at offset " + offset + " was never flushed: its events are lost");
        intact = false;
        offset = next;
      } else if (chunk.limit() > length || chunk.limit() < 0) {
        Inside inside = Inside.of(file, chunk, offset + ChunkHeader.BYTES);
        losses.add(
            "the chunk at offset %d is cut (%d of its %d bytes are there): its events are %s"
                .formatted(
                    offset,
                    inside.next - offset,
                    chunk.size(),
                    inside
                        .lastFlush
                        .map(
                            flush -> "read up to the last flush, at offset " + flush.headerOffset())
                        .orElse("lost")));
        inside.lastFlush.map(chunk::at).filter(ChunkHeader::hasContent).ifPresent(readable::add);
        intact = false;
        gaps = true;
        offset = inside.next;
      } else {
        readable.add(chunk);
        offset = chunk.limit();
        if (!chunk.finished()) {
          intact = false;
          long next = Inside.of(file, chunk, offset).next;
          losses.add(
              "the chunk at offset %d was never finished: its events are read up to the last flush%s"
                  .formatted(
                      chunk.offset(),
                      next > offset ? ", " + (next - offset) + " bytes behind it are lost" : ""));
          offset = next;
        }
      }
    }
    return new ChunkScan(readable, losses, intact, gaps);
  }

  /**
   * What follows in the file of a chunk whose end is not there.
   *
   * @param next where the next chunk is, or the end of the file
   * @param lastFlush the header that the writer left at the last flush; JDK 11 leaves none
   */
  private record Inside(long next, Optional<ChunkHeader> lastFlush) {
    static Inside of(FileChannel file, ChunkHeader chunk, long from) throws IOException {
      Optional<ChunkHeader> lastFlush = Optional.empty();
      long next = findChunk(file, from);
      Optional<ChunkHeader> found = ChunkHeader.read(file, next);
      while (found.isPresent() && found.get().isFlushOf(chunk)) {
        lastFlush = found;
        next = findChunk(file, next + ChunkHeader.BYTES);
        found = ChunkHeader.read(file, next);
      }
      return new Inside(next, lastFlush);
    }
  }

  /** The offset of the next chunk at or after the given one, or the file's length. */
  private static long findChunk(FileChannel file, long from) throws IOException {
    long length = file.size();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long base = from;
    while (base < length) {
      buffer.clear();
      while (buffer.hasRemaining() && file.read(buffer, base + buffer.position()) >= 0) {
        // Fills the buffer, so that a magic number is never looked for in half of it.
      }
      int last = buffer.position() - ChunkHeader.MAGIC.length;
      for (int i = 0; i <= last; i++) {
        if (isMagic(buffer, i) && ChunkHeader.read(file, base + i).isPresent()) {
          return base + i;
        }
      }
      if (last < 0) {
        return length;
      }
      base += last + 1;
    }
    return length;
  }

  private static boolean isMagic(ByteBuffer buffer, int at) {
    for (int i = 0; i < ChunkHeader.MAGIC.length; i++) {
      if (buffer.get(at + i) != ChunkHeader.MAGIC[i]) {
        return false;
      }
    }
    return true;
  }
}
