package io.stranded.watch;

import io.stranded.source.TargetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A heap dump in a private directory of its own, deleted when closed. */
final class DumpFile implements Closeable {
  private static final String PREFIX = "stranded-dump-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,9})-.*");

  private final Path directory;
  private final boolean keep;

  private DumpFile(Path directory, boolean keep) {
    this.directory = directory;
    this.keep = keep;
  }

  /** Deletes the dumps of watchers that were killed and could not. */
  static void deleteLeftovers(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path directory : directories) {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          new DumpFile(directory, false).close();
        }
      }
    } catch (AccessDeniedException e) {
      // Another user's, who will delete them.
    }
  }

  /**
   * Makes the directory.
   *
   * @param parent as we find it
   */
  static DumpFile in(TargetFiles files, Path parent, boolean keep) throws IOException {
    String prefix = PREFIX + ProcessHandle.current().pid() + "-";
    return new DumpFile(files.makePrivateDirectory(parent, prefix), keep);
  }

  /**
   * Bytes free on the disk that a directory, which need not exist yet, is on. Not by its {@code
   * FileStore}, which looks for the same path among our own files when it is in a container.
   */
  static long freeDisk(Path parent) throws IOException {
    for (Path at = parent.toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        return at.toFile().getUsableSpace();
      }
    }
    throw new NoSuchFileException(parent.toString());
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
    if (Files.exists(path())) {
      // Its pages may stay mapped until the next GC: cut, they give the disk back now. Not by a
      // channel, which a watch that is told to end could not use.
      try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
        file.setLength(0);
      }
    }
    Files.deleteIfExists(path());
    Files.deleteIfExists(directory);
  }
}
