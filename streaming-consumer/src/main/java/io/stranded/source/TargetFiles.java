package io.stranded.source;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The files of a target, which may be in a container of its own: one file has then a path there and
 * another one here.
 */
public final class TargetFiles {
  private static final Path ROOT = Path.of("/");

  private final Path root;
  private final int owner;

  private TargetFiles(Path root, int owner) {
    this.root = root;
    this.owner = owner;
  }

  /** The files of a target that shares our view of them. */
  static TargetFiles shared() {
    return new TargetFiles(ROOT, -1);
  }

  /** The files of a process of this machine. */
  public static TargetFiles of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      int owner = (int) Files.getAttribute(process, "unix:uid");
      boolean foreign = owner != (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Path root = process.resolve("root");
      boolean same =
          Files.readSymbolicLink(process.resolve("ns/mnt"))
                  .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")))
              && Files.isSameFile(root, ROOT);
      return new TargetFiles(same ? ROOT : root, foreign ? owner : -1);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      // No such thing on this system, or we may not look: then there are no containers for us.
      return shared();
    }
  }

  /** Where we find a file that the target knows by the given absolute path. */
  public Path here(Path there) {
    return isShared() ? there : root.resolve(ROOT.relativize(there));
  }

  /** The path by which the target knows a file that we find at the given one. */
  public Path there(Path here) {
    return isShared() ? here : ROOT.resolve(root.relativize(here));
  }

  /** Whether the target sees the same files as we do. */
  public boolean isShared() {
    return root.equals(ROOT);
  }

  /**
   * Makes a directory with a made-up name that only the target's user, and we, may look into.
   *
   * @param parent as we find it; made if need be
   * @return as we find it
   */
  public Path makePrivateDirectory(Path parent, String prefix) throws IOException {
    Files.createDirectories(parent);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Path directory = Files.createTempDirectory(parent, prefix, attributes);
    give(directory);
    return directory;
  }

  /** Lets the target's user have a file of ours, if that is another one and we are root. */
  public void give(Path here) throws IOException {
    if (owner >= 0) {
      Files.setAttribute(here, "unix:uid", owner);
    }
  }
}
