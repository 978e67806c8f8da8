package io.stranded.internal.source;

import io.stranded.internal.files.Folder;
import io.stranded.internal.files.Links;
import io.stranded.internal.files.Users;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of a target, which may be in a container of its own: one file has then a path there and
 * another one here. Its directories are reached from its root, name by name: a link that is
 * followed on the way would lead to our own files.
 */
public final class TargetFiles {
  private static final Path ROOT = Path.of("/");

  private final Path root;
  private final Optional<UserPrincipal> owner;

  /**
   * Files below a root.
   *
   * @param owner the target's user, if that is another than we
   */
  TargetFiles(Path root, Optional<UserPrincipal> owner) {
    this.root = root;
    this.owner = owner;
  }

  /** The files of a target that shares our view of them. */
  static TargetFiles shared() {
    return new TargetFiles(ROOT, Optional.empty());
  }

  /** The files of a process of this machine. */
  public static TargetFiles of(long pid) {
    Optional<UserPrincipal> us = Users.us();
    Optional<UserPrincipal> stranger =
        Users.of(pid).filter(owner -> us.isPresent() && !owner.equals(us.get()));
    try {
      Path root = Path.of("/proc", Long.toString(pid), "root");
      boolean same = Namespace.MOUNT.isShared(pid) && Files.isSameFile(root, ROOT);
      return new TargetFiles(same ? ROOT : root, stranger);
    } catch (IOException | UnsupportedOperationException e) {
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

  /** Where we find the directory for what is needed for a moment. */
  public Path temporary() {
    return here(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The target's user, if that is another than we. */
  Optional<UserPrincipal> owner() {
    return owner;
  }

  /**
   * Opens a directory.
   *
   * @param here as we find it
   * @throws IOException if it cannot be opened, or a link that is not to be trusted leads there
   */
  Folder open(Path here) throws IOException {
    return Folder.open(start(here), way(here), links());
  }

  /** Opens a directory, which is made if need be. */
  Folder make(Path here) throws IOException {
    return Folder.make(start(here), way(here), links());
  }

  /** Whether a directory with a name of ours is one that we have made, or handed over. */
  boolean mayBeOurs(Folder folder) {
    return Users.us().filter(folder::isOf).isPresent() || owner.filter(folder::isOf).isPresent();
  }

  /** Whether there is surely no such directory. */
  boolean isMissing(Path here) {
    try {
      open(here).close();
      return false;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes a directory anew that was the target's, with those above it, where the target's user
   * could have made it as well: where it was is for the target to tell, and we may be root.
   */
  void restore(Path here) throws IOException {
    Deque<String> missing = new ArrayDeque<>();
    Path above = here;
    while (isMissing(above)) {
      missing.push(Objects.requireNonNull(above.getFileName()).toString());
      above = Objects.requireNonNull(above.getParent());
    }
    try (Folder folder = open(above)) {
      if (owner.isPresent() && !folder.isOf(owner.get()) && !folder.isForAll()) {
        throw new FileSystemException(
            here.toString(), null, owner.get().getName() + " may not make it there");
      }
      restore(folder, missing);
    }
  }

  private void restore(Folder folder, Deque<String> missing) throws IOException {
    if (missing.isEmpty()) {
      return;
    }
    try (Folder made = folder.makePrivate(missing.pop())) {
      restore(made, missing);
      // Last, when nothing is made in it any more.
      if (owner.isPresent()) {
        made.give(owner.get());
      }
    }
  }

  /**
   * Bytes free on the disk that a directory, which need not exist yet, is on; as many as there can
   * be where it cannot be reached, which whoever writes there will hear.
   */
  public long freeDisk(Path here) {
    for (Path at = here.toAbsolutePath(); at != null; at = at.getParent()) {
      try (Folder folder = open(at)) {
        return folder.freeDisk();
      } catch (NoSuchFileException e) {
        // It will be made.
      } catch (IOException e) {
        break;
      }
    }
    return Long.MAX_VALUE;
  }

  private Links links() {
    return isShared() ? Links.TRUSTED : Links.REFUSED;
  }

  private Path start(Path here) {
    return isShared() ? Objects.requireNonNull(here.toAbsolutePath().getRoot()) : root;
  }

  private Path way(Path here) {
    return start(here).relativize(here.toAbsolutePath());
  }
}
