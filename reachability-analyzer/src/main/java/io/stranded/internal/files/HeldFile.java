package io.stranded.internal.files;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A regular file held open: read and cut as itself, even if its path leads elsewhere by then. */
public final class HeldFile implements Closeable {
  private final FileChannel channel;
  private final Path path;
  private final Path open;

  /**
   * Takes over what was opened.
   *
   * @param fileKey of the file that was to be opened
   * @throws IOException if something else was
   */
  HeldFile(FileChannel channel, Path path, @Nullable Object fileKey) throws IOException {
    this.channel = channel;
    this.path = path;
    try {
      this.open =
          Descriptors.areThere() ? Descriptors.of(fileKey).orElseThrow(this::isAnother) : path;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private FileSystemException isAnother() {
    return new FileSystemException(path.toString(), null, "was replaced while it was opened");
  }

  /** A path that leads to it for as long as it is held, and nowhere else. */
  public Path open() {
    return open;
  }

  /** Where it was found. */
  public Path path() {
    return path;
  }

  /** Its size in bytes. */
  public long size() throws IOException {
    return Files.size(open);
  }

  /** Its bytes; an interrupt does not end reading them. */
  public InputStream bytes() throws IOException {
    return new FileInputStream(open.toFile());
  }

  /** Copies it into a file that is there and empty. */
  void copyTo(Path file) throws IOException {
    try (InputStream in = bytes();
        OutputStream out =
            Files.newOutputStream(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      in.transferTo(out);
    }
  }

  /** Makes it empty, so that the disk has its room back although it may be mapped still. */
  void cut() throws IOException {
    if (hasOneName()) {
      channel.truncate(0);
    }
  }

  /** Under another name it may be something that we were not to touch. */
  private boolean hasOneName() throws IOException {
    return !path.getFileSystem().supportedFileAttributeViews().contains("unix")
        || Integer.valueOf(1).equals(Files.getAttribute(open, "unix:nlink"));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
