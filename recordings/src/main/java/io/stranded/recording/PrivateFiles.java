package io.stranded.recording;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner can read: recordings hold environment and command line. */
final class PrivateFiles {
  private PrivateFiles() {}

  static Path create(Path directory) throws IOException {
    return Files.createTempFile(directory, "stranded-", ".jfr", ownerOnly());
  }

  /** Makes an empty file that does not exist. */
  static void createNew(Path file) throws IOException {
    Files.createFile(file, ownerOnly());
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
