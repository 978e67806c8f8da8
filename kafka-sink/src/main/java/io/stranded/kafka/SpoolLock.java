package io.stranded.kafka;

import io.stranded.internal.files.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a spool: held by one process, and in it by one spool. The system lets go of it
 * when the process dies.
 */
final class SpoolLock implements Closeable {
  static final String FILE = "lock";

  /**
   * Directories locked by this process. Asked before the file is touched, because closing any
   * handle of a file lets go of every lock that the process holds on it (POSIX).
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path directory;
  private final RandomAccessFile file;

  private SpoolLock(Path directory, RandomAccessFile file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @throws IOException if someone else has it; the message names who, as far as known
   */
  static SpoolLock take(Path directory) throws IOException {
    Path real = directory.toRealPath();
    synchronized (HELD) {
      if (!HELD.add(real)) {
        throw inUse(directory, "this process");
      }
    }
    RandomAccessFile file = null;
    boolean taken = false;
    try {
      file = PrivateFiles.open(directory.resolve(FILE));
      @Nullable FileLock lock = file.getChannel().tryLock();
      if (lock == null) {
        throw inUse(directory, "process " + holder(file));
      }
      file.setLength(0);
      file.write(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8));
      taken = true;
      return new SpoolLock(real, file);
    } finally {
      if (!taken) {
        release(real, file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    release(directory, file);
  }

  private static void release(Path directory, @Nullable RandomAccessFile file) throws IOException {
    try {
      if (file != null) {
        file.close();
      }
    } finally {
      synchronized (HELD) {
        HELD.remove(directory);
      }
    }
  }

  private static IOException inUse(Path directory, String holder) {
    return new IOException(
        "spool " + directory + " is in use by " + holder + ": give each its own directory");
  }

  private static String holder(RandomAccessFile file) throws IOException {
    byte[] text = new byte[32];
    int length = file.read(text);
    return length <= 0 ? "unknown" : new String(text, 0, length, StandardCharsets.UTF_8).strip();
  }
}
