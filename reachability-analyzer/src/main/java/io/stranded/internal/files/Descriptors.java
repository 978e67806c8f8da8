package io.stranded.internal.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names that Linux gives to what this process holds open: such a name leads to the open file or
 * directory itself, whatever has become of its path.
 */
final class Descriptors {
  private static final Path OURS = Path.of("/proc/self/fd");

  private Descriptors() {}

  /** Whether the system has them. */
  static boolean areThere() {
    return Files.isDirectory(OURS);
  }

  /**
   * The name of something that is open, and stays so while the name is used.
   *
   * @param fileKey as its attributes tell
   * @return empty on systems that have no such names
   */
  static Optional<Path> of(@Nullable Object fileKey) {
    if (fileKey == null || !areThere()) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> open = Files.newDirectoryStream(OURS)) {
      for (Path name : open) {
        if (fileKey.equals(keyOf(name))) {
          return Optional.of(name);
        }
      }
    } catch (IOException e) {
      // Not shown to us: as on other systems.
    }
    return Optional.empty();
  }

  private static @Nullable Object keyOf(Path name) {
    try {
      return Files.readAttributes(name, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      // Closed meanwhile.
      return null;
    }
  }
}
