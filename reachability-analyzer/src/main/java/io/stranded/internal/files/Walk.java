package io.stranded.internal.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A way to a directory, gone name by name from one open directory to the next. */
final class Walk {
  private static final int MOST_LINKS = 40;
  private static final String HERE = ".";
  private static final String UP = "..";

  private final Path root;
  private final Links links;
  private final Deque<String> ahead = new ArrayDeque<>();
  private int linksSeen;

  Walk(Path root, Links links) {
    this.root = root;
    this.links = links;
  }

  Folder open(Path way) throws IOException {
    return go(way, /* make= */ false);
  }

  Folder make(Path way) throws IOException {
    return go(way, /* make= */ true);
  }

  private Folder go(Path way, boolean make) throws IOException {
    goNext(way);
    Folder at = Folder.at(root);
    try {
      while (!ahead.isEmpty()) {
        Folder next = step(at, ahead.pop(), make);
        if (next != at) {
          at.close();
          at = next;
        }
      }
      return at;
    } catch (IOException | RuntimeException e) {
      at.close();
      throw e;
    }
  }

  private Folder step(Folder at, String name, boolean make) throws IOException {
    if (name.equals(HERE) || name.isEmpty()) {
      return at;
    }
    if (name.equals(UP)) {
      if (links == Links.REFUSED) {
        throw new FileSystemException(at.path().resolve(name).toString(), null, "leads upwards");
      }
      return at.leave();
    }
    Optional<BasicFileAttributes> found = at.look(name);
    if (found.isEmpty()) {
      if (!make) {
        throw new NoSuchFileException(at.path().resolve(name).toString());
      }
      try {
        at.makeDirectory(name);
      } catch (FileAlreadyExistsException e) {
        // Made by another meanwhile; looked at below as any other.
      }
    } else if (found.get().isSymbolicLink()) {
      return follow(at, name);
    }
    try {
      return at.enter(name);
    } catch (AccessDeniedException e) {
      passThrough(at, name, e);
      return at;
    }
  }

  /**
   * Has the next name looked up together with that of a directory which we may pass through but not
   * open. Nobody but those whose links we follow may be able to change what is in there.
   */
  private void passThrough(Folder at, String name, AccessDeniedException denied)
      throws IOException {
    if (links == Links.REFUSED || ahead.isEmpty() || !at.isForTrustedOnly(name)) {
      throw denied;
    }
    ahead.push(Path.of(name, ahead.pop()).normalize().toString());
  }

  private Folder follow(Folder at, String name) throws IOException {
    linksSeen++;
    if (links == Links.REFUSED || !at.isTrusted(name) || linksSeen > MOST_LINKS) {
      throw Folder.isLink(at.path().resolve(name));
    }
    Path target = at.linkTarget(name);
    goNext(Path.of(name).resolveSibling(target));
    return target.isAbsolute() ? Folder.at(target.getRoot()) : at;
  }

  private void goNext(Path way) {
    List<String> names = new ArrayList<>();
    way.forEach(name -> names.add(0, name.toString()));
    names.forEach(ahead::push);
  }
}
