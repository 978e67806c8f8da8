package io.stranded.kafka;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/** Files and directories that only their owner can read, and that survive a power cut. */
final class PrivateFiles {
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private PrivateFiles() {}

  /**
   * Makes a directory private, creating it if need be.
   *
   * @param mark a file by which a directory made here earlier is recognised
   * @return whether it is private; not on file systems or volumes that do not let us
   * @throws IOException if the directory belongs to something else, or cannot be made
   */
  static boolean createDirectory(Path directory, String mark) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (!isPosix(absolute)) {
      Files.createDirectories(absolute);
      return false;
    }
    if (absolute.getParent() != null) {
      Files.createDirectories(absolute.getParent());
    }
    try {
      Files.createDirectory(absolute, PosixFilePermissions.asFileAttribute(DIRECTORY));
      syncDirectory(absolute.getParent() == null ? absolute : absolute.getParent());
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw new IOException(directory + " is not a directory", e);
      }
    }
    if (Files.getPosixFilePermissions(absolute).equals(DIRECTORY)) {
      return true;
    }
    // Someone else's directory, given by mistake, must not lose its permissions.
    if (!Files.exists(absolute.resolve(mark)) && !isEmpty(absolute)) {
      throw new IOException(directory + " holds other files: give a directory of its own");
    }
    try {
      Files.setPosixFilePermissions(absolute, DIRECTORY);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Opens a file for reading and writing, creating it if need be.
   *
   * <p>Not as a channel: an interrupted thread closes a channel by touching it, and whoever calls
   * the sink may be interrupted.
   */
  static RandomAccessFile open(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file));
    } catch (FileAlreadyExistsException e) {
      // As it should be from the second time on.
    }
    return new RandomAccessFile(file.toFile(), "rw");
  }

  /** Makes names created, renamed or deleted in the directory durable, where the system can. */
  static void syncDirectory(Path directory) throws IOException {
    if (!isPosix(directory)) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (!force(directory)) {
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether that could be done before the thread was interrupted. */
  private static boolean force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    }
  }

  private static FileAttribute<?>[] attributes(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FILE)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
