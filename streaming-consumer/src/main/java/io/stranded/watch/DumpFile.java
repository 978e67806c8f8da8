package io.stranded.watch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A heap dump in a private directory of its own, deleted when closed. */
final class DumpFile implements Closeable {
  private final Path directory;
  private final boolean keep;

  private DumpFile(Path directory, boolean keep) {
    this.directory = directory;
    this.keep = keep;
  }

  static DumpFile in(Path parent, boolean keep) throws IOException {
    Files.createDirectories(parent);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    Path directory =
        posix
            ? Files.createTempDirectory(
                parent,
                "stranded-dump-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
            : Files.createTempDirectory(parent, "stranded-dump-");
    return new DumpFile(directory, keep);
  }

  Path path() {
    return directory.resolve("heap.hprof");
  }

  /** Its size in bytes. */
  long size() throws IOException {
    return Files.size(path());
  }

  @Override
  public void close() throws IOException {
    if (keep) {
      return;
    }
    try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
      // Its pages may stay mapped until the next GC: cut, they give the disk back now.
      file.truncate(0);
    } catch (NoSuchFileException e) {
      // The dump failed.
    }
    Files.deleteIfExists(path());
    Files.deleteIfExists(directory);
  }
}
