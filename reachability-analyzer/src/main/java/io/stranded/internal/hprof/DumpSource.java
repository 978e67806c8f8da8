package io.stranded.internal.hprof;

import io.stranded.finding.FailureLine;
import io.stranded.finding.UnreadableDumpException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The bytes of a dump, ready to be mapped: the file itself, or what a gzip unpacks to.
 *
 * @param path what the user named
 * @param channel open for reading; the receiver closes it
 * @param sizeAtOpen bytes of the named file when it was opened
 * @param changedAtOpen when the named file had last been written to
 * @param damage what is wrong with the packing; empty if nothing is
 * @param unpacked whether the channel is a temporary file that goes away when closed
 */
record DumpSource(
    Path path,
    FileChannel channel,
    long sizeAtOpen,
    FileTime changedAtOpen,
    Optional<String> damage,
    boolean unpacked) {

  /** Opens a file of any kind, and refuses what cannot be a dump before it can block or spin. */
  static DumpSource open(Path path, DumpFile.UnpackProgress progress) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    if (attributes.isDirectory()) {
      throw new UnreadableDumpException(path + ": is a directory, expected a heap dump");
    }
    if (!attributes.isRegularFile()) {
      // A pipe would block and a device may never end.
      throw new UnreadableDumpException(path + ": is no regular file, expected a heap dump");
    }
    if (attributes.size() == 0) {
      throw new UnreadableDumpException(path + ": is empty, expected a heap dump");
    }
    FileChannel channel = channel(path);
    try {
      long size = channel.size();
      FileTime changed = attributes.lastModifiedTime();
      if (!GzipSpool.isGzip(head(channel))) {
        return new DumpSource(path, channel, size, changed, Optional.empty(), false);
      }
      try (FileChannel packed = channel) {
        GzipSpool spool = GzipSpool.unpack(path, packed, progress);
        return new DumpSource(path, spool.channel(), size, changed, spool.damage(), true);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** How the named file differs from when it was opened; empty if it does not. */
  Optional<String> change() {
    try {
      BasicFileAttributes now = attributes(path);
      // A file that was deleted or replaced stays as it was for who has it open.
      long size = unpacked ? now.size() : channel.size();
      if (size < sizeAtOpen) {
        return Optional.of(
            "ends at offset " + size + " now, was " + sizeAtOpen + " bytes when it was opened");
      }
      boolean changed = size != sizeAtOpen || !now.lastModifiedTime().equals(changedAtOpen);
      return changed
          ? Optional.of("was written to while it was read, expected a finished dump")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static FileChannel channel(Path path) throws IOException {
    try {
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UnreadableDumpException(FailureLine.of(e), e);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      throw new UnreadableDumpException(FailureLine.of(e), e);
    }
  }

  private static byte[] head(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(2);
    channel.read(head, 0);
    return head.array();
  }
}
