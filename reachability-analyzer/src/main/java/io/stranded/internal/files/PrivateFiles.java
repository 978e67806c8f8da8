package io.stranded.internal.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Files and directories of our own that only their owner can read. What others may have put in the
 * place of one is neither written to nor followed.
 */
public final class PrivateFiles {
  private static final SecureRandom RANDOM = new SecureRandom();

  private PrivateFiles() {}

  /** A name that nobody can have foreseen. */
  public static String unforeseen() {
    return Long.toUnsignedString(RANDOM.nextLong(), Character.MAX_RADIX);
  }

  /**
   * Makes a directory private, creating it if need be.
   *
   * @param mark a file by which a directory made here earlier is recognised
   * @return whether it is private; not on file systems or volumes that do not let us
   * @throws IOException if the directory belongs to something else, or cannot be made
   */
  public static boolean createDirectory(Path directory, String mark) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (isPrivate(directory, absolute)) {
      return true;
    }
    // Someone else's directory, given by mistake, must not lose its permissions.
    if (!Files.exists(absolute.resolve(mark)) && !names(absolute).isEmpty()) {
      throw new IOException(directory + " holds other files: give a directory of its own");
    }
    return restrict(absolute.toRealPath(), Private.DIRECTORY);
  }

  /**
   * Makes a directory private, creating it if need be, unless it holds files of others as well.
   *
   * @param isOurs whether a file in it is ours, by its name; such files are made private always
   * @throws IOException if it cannot be made
   */
  public static void createDirectory(Path directory, Predicate<String> isOurs) throws IOException {
    Path absolute = directory.toAbsolutePath();
    boolean isPrivate = isPrivate(directory, absolute);
    List<String> names = names(absolute);
    if (!isPrivate && names.stream().allMatch(isOurs)) {
      isPrivate = restrict(absolute.toRealPath(), Private.DIRECTORY);
    }
    if (!isPrivate) {
      names.stream().filter(isOurs).forEach(name -> restrict(absolute.resolve(name), Private.FILE));
    }
  }

  /** Whether a directory, which is made if there is none, is private. */
  private static boolean isPrivate(Path told, Path absolute) throws IOException {
    if (absolute.getParent() != null) {
      Files.createDirectories(absolute.getParent());
    }
    try {
      Files.createDirectory(absolute, Private.directory());
      syncDirectory(absolute.getParent() == null ? absolute : absolute.getParent());
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw new IOException(told + " is not a directory", e);
      }
    }
    return Private.isPosix() && Files.getPosixFilePermissions(absolute).equals(Private.DIRECTORY);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  /** Takes all rights but these away, where that can be done. */
  private static boolean restrict(Path path, Set<PosixFilePermission> rights) {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      if (view != null) {
        view.setPermissions(rights);
        return true;
      }
    } catch (IOException e) {
      // A link, another user's, or on a file system that has no rights.
    }
    return false;
  }

  /**
   * Makes a file with a made-up name that did not exist, and leaves it empty.
   *
   * @param ending of its name
   */
  public static Path createTemporary(Path directory, String ending) throws IOException {
    return Files.createFile(directory.resolve("stranded-" + unforeseen() + ending), Private.file());
  }

  /**
   * Makes a temporary file that goes away when it is closed; where the system allows that, it has
   * no name from the beginning.
   */
  public static FileChannel openTemporary(Path directory, String prefix, String ending)
      throws IOException {
    return FileChannel.open(
        directory.resolve(prefix + unforeseen() + ending),
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE),
        Private.file());
  }

  /**
   * Opens a file for reading and writing, creating it if need be.
   *
   * <p>Not as a channel: an interrupted thread closes a channel by touching it, and whoever calls
   * the sink may be interrupted.
   */
  public static RandomAccessFile open(Path file) throws IOException {
    try {
      createNew(file);
    } catch (FileAlreadyExistsException e) {
      // As it should be from the second time on.
      if (Files.isSymbolicLink(file)) {
        throw Folder.isLink(file);
      }
    }
    return new RandomAccessFile(file.toFile(), "rw");
  }

  /** Makes an empty file that does not exist. */
  public static void createNew(Path file) throws IOException {
    Files.createFile(file, Private.file());
  }

  /** Writes a file that does not exist. */
  public static void writeNew(Path file, byte[] contents) throws IOException {
    Uninterrupted.run(
        () -> {
          writeOnce(file, contents);
          return file;
        });
  }

  /**
   * Replaces a file as a whole: it is the old one or the new one, after a power cut too.
   *
   * @param file may not exist
   */
  public static void replace(Path file, byte[] contents) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    writeNew(fresh, contents);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void writeOnce(Path file, byte[] contents) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            Private.file())) {
      try {
        ByteBuffer left = ByteBuffer.wrap(contents);
        while (left.hasRemaining()) {
          out.write(left);
        }
        out.force(true);
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  /** Makes names created, renamed or deleted in the directory durable, where the system can. */
  public static void syncDirectory(Path directory) throws IOException {
    if (!Private.isPosix()) {
      return;
    }
    Uninterrupted.run(
        () -> {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return directory;
          }
        });
  }
}
