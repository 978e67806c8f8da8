package io.stranded.kafka;

import io.stranded.internal.files.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A queue of records on disk: what is appended is there after a crash or a power cut, in order,
 * until it is marked delivered.
 *
 * <p>The directory, private to its owner, holds
 *
 * <ul>
 *   <li>{@code 00000000000000000000.jsonl} and so on: the segments, one record per line, each file
 *       named by the position of its first byte in the spool as a whole, deleted once delivered;
 *   <li>{@code offset}: the position up to which everything is delivered;
 *   <li>{@code lock}: held by the one process that may write here;
 *   <li>{@code keys.jsonl}: see {@link LiveKeys};
 *   <li>{@code quarantine.jsonl}: see {@link Quarantine}.
 * </ul>
 *
 * <p>When the directory would outgrow its cap, the oldest segment is dropped and its records are
 * counted. Positions never go back. Thread-safe.
 */
final class Spool implements Closeable {
  /** The cap unless another is given. */
  static final long DEFAULT_CAP_BYTES = 256L << 20;

  private static final System.Logger LOG = System.getLogger(Spool.class.getName());
  private static final long MAX_SEGMENT_BYTES = 8 << 20;
  private static final int SEGMENTS_PER_CAP = 16;

  private final Path directory;
  private final long capBytes;
  private final long segmentBytes;
  private final SpoolLock lock;

  /**
   * What is guarded by the spool itself is never held for as long as the disk takes to write, so
   * that one can read and the other append at once. Taken in this order, and before the spool.
   */
  private final Object appending = new Object();

  private final Object offsetFile = new Object();

  private final SpoolWriter writer;
  private final Deque<SpoolSegment> segments = new ArrayDeque<>();
  private SpoolOffset offset;
  private boolean closed;

  private Spool(Path directory, long capBytes, SpoolLock lock, SpoolOffset offset) {
    this.directory = directory;
    this.capBytes = capBytes;
    this.segmentBytes = Math.max(1, Math.min(MAX_SEGMENT_BYTES, capBytes / SEGMENTS_PER_CAP));
    this.lock = lock;
    this.writer = new SpoolWriter(directory);
    this.offset = offset;
  }

  /**
   * Opens a spool, creating it if need be and repairing what a crash left half written.
   *
   * @param capBytes how many bytes of records it may hold
   * @throws IOException if it cannot be written or another process has it open; one line
   */
  static Spool open(Path directory, long capBytes) throws IOException {
    boolean isPrivate = PrivateFiles.createDirectory(directory, SpoolLock.FILE);
    SpoolLock lock = SpoolLock.take(directory);
    boolean opened = false;
    try {
      Spool spool = new Spool(directory, capBytes, lock, SpoolOffset.read(directory));
      spool.findSegments();
      if (!isPrivate) {
        LOG.log(
            System.Logger.Level.DEBUG,
            "{0} cannot be made private; the files in it are, where the file system can",
            directory);
      }
      opened = true;
      return spool;
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /**
   * Appends records and returns once they are on the disk: all of them, or none if this throws.
   *
   * @param lines records without line breaks in them
   */
  void append(List<byte[]> lines) throws IOException {
    synchronized (appending) {
      if (isClosed()) {
        throw new IOException("spool " + directory + " is closed");
      }
      if (lines.isEmpty()) {
        return;
      }
      long bytes = lines.stream().mapToLong(line -> line.length + 1L).sum();
      if (bytes > capBytes) {
        throw new IOException(
            "spool %s: %d bytes at once are more than its cap of %d"
                .formatted(directory, bytes, capBytes));
      }
      makeRoomFor(bytes);
      SpoolSegment last = lastFor(bytes);
      writer.write(last, lines);
      synchronized (this) {
        last.appended(bytes, lines.size());
        notifyAll();
      }
    }
  }

  /**
   * The oldest records not yet delivered, waiting for some if there are none. Until they are marked
   * {@link #delivered} the same come again.
   *
   * @param maxBytes about how many bytes of them
   * @return empty if none came in time
   */
  synchronized Optional<SpoolBatch> next(int maxBytes, long waitMillis)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    while (pending() == 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
    for (SpoolSegment segment : segments) {
      if (segment.end() > offset.delivered()) {
        return Optional.of(segment.read(Math.max(segment.base(), offset.delivered()), maxBytes));
      }
    }
    return Optional.empty();
  }

  /** The records behind a batch that are there already. */
  synchronized Optional<SpoolBatch> after(SpoolBatch batch, int maxBytes) throws IOException {
    for (SpoolSegment segment : segments) {
      if (segment.end() > batch.end()) {
        return Optional.of(segment.read(Math.max(segment.base(), batch.end()), maxBytes));
      }
    }
    return Optional.empty();
  }

  /** Marks a batch as delivered and deletes the segments that are so as a whole. */
  void delivered(SpoolBatch batch) throws IOException {
    List<SpoolSegment> done = new ArrayList<>();
    synchronized (this) {
      int records = batch.lines().size();
      if (batch.end() <= offset.delivered()) {
        // Dropped while it was on its way; so it was not lost after all.
        offset = new SpoolOffset(offset.delivered(), offset.dropped() - records);
      } else {
        offset = new SpoolOffset(batch.end(), offset.dropped());
        for (SpoolSegment segment : segments) {
          if (segment.base() <= batch.start() && batch.start() < segment.end()) {
            segment.delivered(records);
          }
        }
        while (segments.size() > 1 && segments.getFirst().end() <= offset.delivered()) {
          done.add(segments.removeFirst());
        }
      }
    }
    // Without them an older offset does no harm, and on a full disk their room is needed for it.
    for (SpoolSegment segment : done) {
      Files.deleteIfExists(segment.file());
    }
    writeOffset();
  }

  /** How many records are not delivered yet. */
  synchronized long pending() {
    return segments.stream().mapToLong(SpoolSegment::pending).sum();
  }

  /** How many records were dropped for want of room, ever since the spool was made. */
  synchronized long dropped() {
    return offset.dropped();
  }

  Path directory() {
    return directory;
  }

  /** Wakes whoever waits in {@link #next}; they look again and go on waiting. */
  synchronized void wake() {
    notifyAll();
  }

  @Override
  public void close() throws IOException {
    synchronized (appending) {
      if (isClosed()) {
        return;
      }
      try (lock) {
        writer.close();
        closeSegments();
      }
    }
  }

  private synchronized void closeSegments() throws IOException {
    closed = true;
    if (pending() == 0) {
      // Nothing of the findings stays behind.
      for (SpoolSegment segment : segments) {
        Files.deleteIfExists(segment.file());
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void findSegments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted(Comparator.comparing(Path::getFileName)).toList()) {
        SpoolSegment.of(file).ifPresent(segments::add);
      }
    }
    if (!segments.isEmpty()) {
      long cut = segments.getLast().repairTail();
      if (cut > 0) {
        LOG.log(
            System.Logger.Level.INFO,
            "spool {0}: cut off {1} bytes of an append that had not ended",
            directory,
            Long.toString(cut));
      }
    }
    while (!segments.isEmpty() && segments.getFirst().end() <= offset.delivered()) {
      Files.deleteIfExists(segments.removeFirst().file());
    }
    for (SpoolSegment segment : segments) {
      segment.countPending(offset.delivered());
    }
  }

  private void makeRoomFor(long bytes) throws IOException {
    List<SpoolSegment> oldest = new ArrayList<>();
    long lost;
    long dropped;
    synchronized (this) {
      long held = segments.stream().mapToLong(SpoolSegment::length).sum();
      while (!segments.isEmpty() && held + bytes > capBytes) {
        SpoolSegment segment = segments.removeFirst();
        held -= segment.length();
        oldest.add(segment);
        offset =
            new SpoolOffset(
                Math.max(offset.delivered(), segment.end()), offset.dropped() + segment.pending());
      }
      lost = oldest.stream().mapToLong(SpoolSegment::pending).sum();
      dropped = offset.dropped();
    }
    if (oldest.isEmpty()) {
      return;
    }
    writer.close();
    writeOffset();
    for (SpoolSegment segment : oldest) {
      Files.deleteIfExists(segment.file());
    }
    if (lost > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "spool {0} is full: dropped its {1} oldest findings, {2} in all",
          directory,
          Long.toString(lost),
          Long.toString(dropped));
    }
  }

  /** The segment that so many bytes are to be appended to. */
  private synchronized SpoolSegment lastFor(long bytes) {
    if (segments.isEmpty()) {
      segments.add(SpoolSegment.at(directory, offset.delivered()));
    }
    SpoolSegment last = segments.getLast();
    if (last.length() > 0 && last.length() + bytes > segmentBytes) {
      last = SpoolSegment.at(directory, Math.max(last.end(), offset.delivered()));
      segments.add(last);
    }
    return last;
  }

  /** Writes the newest there is, so that none that is older can come after it. */
  private void writeOffset() throws IOException {
    synchronized (offsetFile) {
      SpoolOffset newest;
      synchronized (this) {
        newest = offset;
      }
      newest.write(directory);
    }
  }
}
