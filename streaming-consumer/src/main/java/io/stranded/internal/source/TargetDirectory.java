package io.stranded.internal.source;

import io.stranded.internal.files.Folder;
import io.stranded.internal.files.HeldFile;
import io.stranded.internal.files.PrivateFiles;
import io.stranded.internal.files.Users;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private directory of ours among a target's files, gone when closed. Every file that we make for
 * a target, and every one that we have it make, is in one: made and deleted through the directory
 * held open, never by a path that others could bend.
 */
public final class TargetDirectory implements Closeable {
  /** What a directory is made for. */
  public enum Kind {
    /** The agent's jar or the settings of a recording, while they are loaded. */
    AGENT("stranded-agent\\.jar|stranded\\.jfc"),
    /** The native library, while it is used, with what it is asked and tells. */
    SNAPSHOT("libstranded-snapshot\\.so|snapshot-\\d+(\\.status|\\.island|\\.part)?"),
    /** The socket by which the agent is asked, while it is connected to. */
    BEANS("socket"),
    /** A finding on its way into the target's recording. */
    LEAK("leak\\.properties"),
    /** A thread dump. */
    THREADS("threads\\.json"),
    /** A heap dump, which the JVM may write in parts at first. */
    DUMP("heap\\.hprof(\\.p\\d+)?"),
    /** A heap dump that is to stay when we have ended. */
    KEPT("heap\\.hprof(\\.p\\d+)?");

    private final Pattern files;

    Kind(String files) {
      this.files = Pattern.compile(files);
    }

    String prefix() {
      return "stranded-" + name().toLowerCase(Locale.ROOT) + "-";
    }

    /**
     * Whether its files are made empty before they are deleted. Dumps, which we may have mapped
     * ourselves; never what the target has loaded and goes on using.
     */
    boolean isCut() {
      return this == DUMP;
    }

    /** Whether a file of that name is one of ours. */
    boolean has(String file) {
      return files.matcher(file).matches();
    }
  }

  /** A directory of ours by its name. */
  record Name(Kind kind, SidecarProcess maker) {
    private static final Pattern PATTERN =
        Pattern.compile("(stranded-[a-z]+-)(\\d{1,9})-(\\d{1,15})-(\\d{1,15})-[0-9a-z]+");

    static Optional<Name> of(String text) {
      Matcher name = PATTERN.matcher(text);
      if (name.matches()) {
        for (Kind kind : Kind.values()) {
          if (kind.prefix().equals(name.group(1))) {
            return Optional.of(
                new Name(
                    kind,
                    new SidecarProcess(
                        Long.parseLong(name.group(2)),
                        Long.parseLong(name.group(3)),
                        Long.parseLong(name.group(4)))));
          }
        }
      }
      return Optional.empty();
    }

    /** A new name for a directory of this kind. */
    String fresh() {
      return kind.prefix()
          + maker.pid()
          + "-"
          + maker.started()
          + "-"
          + maker.space()
          + "-"
          + PrivateFiles.unforeseen();
    }
  }

  private final Kind kind;
  private final String name;
  private final Folder parent;
  private final Folder itself;
  private final Optional<UserPrincipal> owner;
  private boolean handedOver;

  private TargetDirectory(
      Kind kind, String name, Folder parent, Folder itself, Optional<UserPrincipal> owner) {
    this.kind = kind;
    this.name = name;
    this.parent = parent;
    this.itself = itself;
    this.owner = owner;
  }

  /** A name for a directory, for those that need the same one again and again. */
  public static String newName(Kind kind) {
    return new Name(kind, SidecarProcess.us()).fresh();
  }

  /** Makes one that only we may look into until it is handed over. */
  public static TargetDirectory make(TargetFiles files, Path parent, Kind kind) throws IOException {
    return make(files, parent, kind, newName(kind));
  }

  /**
   * Makes one that only we may look into until it is handed over.
   *
   * @param parent as we find it; made if need be
   * @param name which {@link #newName} gave for this kind
   */
  public static TargetDirectory make(TargetFiles files, Path parent, Kind kind, String name)
      throws IOException {
    Folder folder = files.make(parent);
    try {
      return new TargetDirectory(kind, name, folder, folder.makePrivate(name), files.owner());
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Writes a file that the target's user may have, also after it was handed over. */
  public void write(String file, byte[] contents) throws IOException {
    boolean again = handedOver;
    if (again) {
      // Meanwhile nobody can put another file in the place of the one that is given away.
      reclaim();
    }
    itself.write(file, contents);
    if (owner.isPresent()) {
      itself.give(file, owner.get());
    }
    if (again) {
      handOver();
    }
  }

  /** Makes an empty file for ourselves. */
  public void create(String file) throws IOException {
    itself.write(file, new byte[0]);
  }

  /** Hands it over to the target's user, who can do in it what he likes from here on. */
  public void handOver() throws IOException {
    if (owner.isPresent()) {
      itself.give(owner.get());
      handedOver = true;
    }
  }

  /** Takes back what was handed over, with what the target has written. */
  public void takeBack() throws IOException {
    Optional<UserPrincipal> us = reclaim();
    if (us.isPresent()) {
      for (String file : itself.names()) {
        // Sockets and pipes cannot be opened, as it takes to give them away.
        if (kind.has(file) && itself.look(file).filter(BasicFileAttributes::isOther).isEmpty()) {
          itself.give(file, us.get());
        }
      }
    }
  }

  /** Takes back the directory itself; to whom, if it had been handed over. */
  private Optional<UserPrincipal> reclaim() throws IOException {
    Optional<UserPrincipal> us = handedOver ? Users.us() : Optional.empty();
    if (us.isPresent()) {
      itself.give(us.get());
      itself.restrict();
      handedOver = false;
    }
    return us;
  }

  /** Where we find a file of it. */
  public Path here(String file) {
    return itself.path().resolve(file);
  }

  /** Connects to a socket that the target listens at. */
  public SocketChannel connect(String file) throws IOException {
    return itself.connect(file);
  }

  /** Whether there is something of that name. */
  public boolean has(String file) throws IOException {
    return itself.look(file).isPresent();
  }

  /** Deletes a file, if there is one. */
  public void delete(String file) throws IOException {
    itself.delete(file);
  }

  /** Opens a file that the target has written. */
  public HeldFile open(String file) throws IOException {
    return itself.open(file);
  }

  /** Moves a file out of it, to where none may be yet. */
  public void moveOut(String file, Path to) throws IOException {
    itself.moveOut(file, to);
  }

  /** Lets go of it and leaves it where it is. */
  public void leave() throws IOException {
    try (parent) {
      itself.close();
    }
  }

  @Override
  public void close() throws IOException {
    try (parent;
        itself) {
      delete(kind, name, itself, parent);
    }
  }

  /** Deletes a directory and what is ours in it. */
  static void delete(Kind kind, String name, Folder itself, Folder parent) throws IOException {
    for (String file : itself.names()) {
      if (kind.has(file)) {
        if (kind.isCut()) {
          itself.cutAndDelete(file);
        } else {
          itself.delete(file);
        }
      }
    }
    try {
      parent.deleteDirectory(name);
    } catch (DirectoryNotEmptyException e) {
      // The target's user has put something there, and may keep it.
    }
  }
}
