package io.stranded.internal.source;

import io.stranded.internal.files.Folder;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The directories that processes of ours have left among a target's files when they were killed.
 */
public final class Leftovers {
  /** Whose maker may be alive in another container is left alone for so long. */
  private static final Duration LONGEST_USE = Duration.ofDays(1);

  private Leftovers() {}

  /**
   * Deletes them from the target's temporary directory and from one more. Whatever else is there,
   * and whatever cannot be deleted, stays.
   *
   * @param directory as we find it
   */
  public static void delete(TargetFiles files, Path directory) {
    deleteFrom(files, files.temporary());
    if (!directory.equals(files.temporary())) {
      deleteFrom(files, directory);
    }
  }

  /** Deletes them from a directory. */
  static void deleteFrom(TargetFiles files, Path directory) {
    try (Folder folder = files.open(directory)) {
      for (String name : folder.names()) {
        Optional<TargetDirectory.Name> left = TargetDirectory.Name.of(name);
        if (left.isPresent()
            && left.get().kind() != TargetDirectory.Kind.KEPT
            && isLeft(left.get().maker(), folder, name)) {
          delete(files, left.get().kind(), name, folder);
        }
      }
    } catch (IOException e) {
      // None there, or not one that we may look into: then there is nothing of ours in it.
    }
  }

  private static boolean isLeft(SidecarProcess maker, Folder folder, String name)
      throws IOException {
    if (maker.isOfOurSpace()) {
      return !maker.isAlive();
    }
    Optional<BasicFileAttributes> found = folder.look(name);
    return found.isPresent()
        && found.get().lastModifiedTime().toInstant().isBefore(Instant.now().minus(LONGEST_USE));
  }

  /** A stranger may have chosen the name, so that one which is not ours must not end it all. */
  private static void delete(
      TargetFiles files, TargetDirectory.Kind kind, String name, Folder folder) {
    try (Folder left = folder.enter(name)) {
      if (files.mayBeOurs(left)) {
        TargetDirectory.delete(kind, name, left, folder);
      }
    } catch (IOException e) {
      // Another's, a link, or on a disk that does not let us: the others are looked at all the
      // same.
    }
  }
}
