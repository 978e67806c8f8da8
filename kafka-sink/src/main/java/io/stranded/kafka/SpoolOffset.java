package io.stranded.kafka;

import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How far a spool has been delivered, in a file that is either old or new, never half.
 *
 * @param delivered position up to which everything is delivered or dropped
 * @param dropped records dropped for want of room since the spool was made
 */
record SpoolOffset(long delivered, long dropped) {
  static final String FILE = "offset";

  private static final System.Logger LOG = System.getLogger(SpoolOffset.class.getName());

  /** Reads the offset of a spool; the very beginning if there is none or it is damaged. */
  static SpoolOffset read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return new SpoolOffset(0, 0);
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    String[] numbers = text.strip().split(" ", -1);
    try {
      return new SpoolOffset(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // Repeats are harmless, they have the same ids; a spool that cannot be opened is not.
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is damaged: everything still in the spool is sent again",
          file);
      return new SpoolOffset(0, 0);
    }
  }

  /**
   * Writes the offset. A process that is killed leaves this one or the former; a power cut may
   * leave an older one or none, which only means repeats, so nobody waits for the disk.
   */
  void write(Path directory) throws IOException {
    Path next = directory.resolve(FILE + ".next");
    try (RandomAccessFile file = PrivateFiles.open(next)) {
      file.setLength(0);
      file.write((delivered + " " + dropped + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    Files.move(
        next,
        directory.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
