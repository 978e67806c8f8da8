package io.stranded.internal.files;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The rights of what only its owner can look into, where the system has such. */
final class Private {
  static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
  static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private static final FileAttribute<?>[] NONE = new FileAttribute<?>[0];

  private Private() {}

  static FileAttribute<?>[] directory() {
    return attributes(DIRECTORY);
  }

  static FileAttribute<?>[] file() {
    return attributes(FILE);
  }

  static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?>[] attributes(Set<PosixFilePermission> rights) {
    return isPosix() ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(rights)} : NONE;
  }
}
