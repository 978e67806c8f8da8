package io.stranded.internal.files;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A directory held open: whatever is done in it is done in this very directory, even if its path
 * leads elsewhere by then, and no name in it is ever followed where it is a link.
 */
public final class Folder implements Closeable {
  private static final Path ITSELF = Path.of(".");

  /**
   * Held while the name of a descriptor is used, and to close one: its number is given to the next
   * that is opened.
   */
  private static final Object DESCRIPTORS = new Object();

  private final SecureDirectoryStream<Path> handle;
  private final Path path;

  private Folder(SecureDirectoryStream<Path> handle, Path path) {
    this.handle = handle;
    this.path = path;
  }

  /**
   * Opens a directory.
   *
   * @param root where the way begins, by a path that is ours alone: that of the system's root, or
   *     of a process's
   * @param way from there, relative
   * @throws NoSuchFileException if there is no such directory
   * @throws IOException if it cannot be opened, or a link that may not be followed is on the way
   */
  public static Folder open(Path root, Path way, Links links) throws IOException {
    return new Walk(root, links).open(way);
  }

  /** Opens a directory, which is made, with those above it, where it does not exist. */
  public static Folder make(Path root, Path way, Links links) throws IOException {
    return new Walk(root, links).make(way);
  }

  /** Opens a directory by a path that nobody else could have changed. */
  @SuppressWarnings("StreamResourceLeak") // The folder has it from here on.
  static Folder at(Path path) throws IOException {
    DirectoryStream<Path> opened = Files.newDirectoryStream(path);
    if (opened instanceof SecureDirectoryStream<Path> secure) {
      return new Folder(secure, path);
    }
    opened.close();
    return new Folder(new PlainDirectory(path), path);
  }

  /** Where it was found. */
  public Path path() {
    return path;
  }

  /** What a name is, itself and not what it may lead to; empty if there is none. */
  public Optional<BasicFileAttributes> look(String name) throws IOException {
    try {
      return Optional.of(
          naming(
              name,
              () ->
                  handle
                      .getFileAttributeView(
                          Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                      .readAttributes()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Opens a directory in it.
   *
   * @throws IOException if it is a link or no directory
   */
  public Folder enter(String name) throws IOException {
    Path there = path.resolve(name);
    Object key = directory(name).fileKey();
    // A pipe, which opening would wait for, has nothing below it.
    SecureDirectoryStream<Path> opened =
        naming(
            name, () -> handle.newDirectoryStream(Path.of(name, "."), LinkOption.NOFOLLOW_LINKS));
    Folder entered = new Folder(opened, there);
    try {
      // Between the look and the opening it may have become a link, which was followed then.
      if (!Objects.equals(entered.fileKey(), key)) {
        throw new FileSystemException(there.toString(), null, "was replaced while it was opened");
      }
      return entered;
    } catch (IOException | RuntimeException e) {
      entered.close();
      throw e;
    }
  }

  private BasicFileAttributes directory(String name) throws IOException {
    BasicFileAttributes found = noLink(name);
    if (!found.isDirectory()) {
      throw new NotDirectoryException(path.resolve(name).toString());
    }
    return found;
  }

  /** What a name is, which is there and no link. */
  private BasicFileAttributes noLink(String name) throws IOException {
    Path there = path.resolve(name);
    BasicFileAttributes found =
        look(name).orElseThrow(() -> new NoSuchFileException(there.toString()));
    if (found.isSymbolicLink()) {
      throw isLink(there);
    }
    return found;
  }

  /** The directory that it is in. */
  Folder leave() throws IOException {
    Path up = Path.of("..");
    return new Folder(
        handle.newDirectoryStream(up, LinkOption.NOFOLLOW_LINKS), path.resolve(up).normalize());
  }

  /**
   * Makes a directory in it that only its owner can look into, and opens that.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is something of that name
   */
  public Folder makePrivate(String name) throws IOException {
    makeDirectory(name, Private.directory());
    Folder made = enter(name);
    try {
      if (!made.isOurs()) {
        throw new FileSystemException(made.path.toString(), null, "was replaced when it was made");
      }
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Whether it is of whom our files are: on some file systems that is another than us. */
  private boolean isOurs() throws IOException {
    if (Users.us().filter(this::isOf).isPresent()) {
      return true;
    }
    String probe = ".probe";
    write(probe, new byte[0]);
    try {
      return isOf(owner(probe));
    } finally {
      delete(probe);
    }
  }

  /** Makes a directory in it with the rights that directories usually have. */
  void makeDirectory(String name, FileAttribute<?>... attributes) throws IOException {
    Object key = fileKey();
    synchronized (DESCRIPTORS) {
      Path unused =
          naming(
              name,
              () ->
                  Files.createDirectory(
                      Descriptors.of(key).orElse(path).resolve(name), attributes));
    }
  }

  /** Where a link in it leads. */
  Path linkTarget(String name) throws IOException {
    Object key = fileKey();
    synchronized (DESCRIPTORS) {
      return Files.readSymbolicLink(Descriptors.of(key).orElse(path).resolve(name));
    }
  }

  /** Writes a file that does not exist, for its owner only. */
  public void write(String name, byte[] contents) throws IOException {
    Uninterrupted.run(
        () -> {
          try (SeekableByteChannel out =
              channel(
                  name,
                  Set.of(
                      StandardOpenOption.CREATE_NEW,
                      StandardOpenOption.WRITE,
                      LinkOption.NOFOLLOW_LINKS),
                  Private.file())) {
            ByteBuffer left = ByteBuffer.wrap(contents);
            while (left.hasRemaining()) {
              out.write(left);
            }
            return out;
          } catch (java.nio.channels.ClosedByInterruptException e) {
            delete(name);
            throw e;
          }
        });
  }

  /**
   * Opens a file that is there, to be read and cut.
   *
   * @throws IOException if it is a link or no regular file
   */
  public HeldFile open(String name) throws IOException {
    Path there = path.resolve(name);
    BasicFileAttributes found = noLink(name);
    if (!found.isRegularFile()) {
      throw new FileSystemException(there.toString(), null, "is no regular file");
    }
    // To be written as well: reading alone, a pipe that has just replaced it would have us wait.
    SeekableByteChannel opened =
        channel(
            name,
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    return new HeldFile((FileChannel) opened, there, found.fileKey());
  }

  /**
   * Connects to a socket that somebody listens at; does not wait for him.
   *
   * @throws IOException if it is a link or none, or nobody listens or takes us at once
   */
  public SocketChannel connect(String name) throws IOException {
    Path there = path.resolve(name);
    if (!noLink(name).isOther()) {
      throw new FileSystemException(there.toString(), null, "is no socket");
    }
    Object key = fileKey();
    SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      connection.configureBlocking(false);
      synchronized (DESCRIPTORS) {
        Path socket = Descriptors.of(key).orElse(path).resolve(name);
        if (!connection.connect(UnixDomainSocketAddress.of(socket))) {
          throw new FileSystemException(there.toString(), null, "does not take us");
        }
      }
      connection.configureBlocking(true);
      return connection;
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Deletes a file as {@link #delete}, and has the disk get its room back even if the file is still
   * mapped somewhere.
   */
  public void cutAndDelete(String name) throws IOException {
    try {
      Uninterrupted.run(
          () -> {
            try (HeldFile file = open(name)) {
              file.cut();
              return name;
            }
          });
    } catch (FileSystemException e) {
      // None there, none that is ours to write to, or something else of that name: has no room.
    }
    delete(name);
  }

  /** The names in it. */
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (SecureDirectoryStream<Path> listed =
        handle.newDirectoryStream(ITSELF, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : listed) {
        names.add(entry.getFileName().toString());
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Deletes a file or a link in it, if there is one. */
  public void delete(String name) throws IOException {
    try {
      handle.deleteFile(Path.of(name));
    } catch (NoSuchFileException e) {
      // As it should be.
    }
  }

  /** Deletes an empty directory in it, if there is one. */
  public void deleteDirectory(String name) throws IOException {
    try {
      handle.deleteDirectory(Path.of(name));
    } catch (NoSuchFileException e) {
      // As it should be.
    }
  }

  /**
   * Moves a regular file out of it. To another file system it is copied, for who deletes the
   * folder.
   *
   * @param to must not exist
   */
  public void moveOut(String name, Path to) throws IOException {
    Path target = to.toAbsolutePath();
    PrivateFiles.createNew(target);
    try (HeldFile file = open(name);
        Folder into = at(Objects.requireNonNull(target.getParent()))) {
      try {
        handle.move(Path.of(name), into.handle, target.getFileName());
      } catch (AtomicMoveNotSupportedException e) {
        file.copyTo(target);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(target);
      throw e;
    }
  }

  /** Gives a file in it, which must be no link, to another user; only root can. */
  public void give(String name, UserPrincipal owner) throws IOException {
    handle
        .getFileAttributeView(
            Path.of(name), FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setOwner(owner);
  }

  /** Gives itself to another user; only root can. */
  public void give(UserPrincipal owner) throws IOException {
    handle.getFileAttributeView(FileOwnerAttributeView.class).setOwner(owner);
  }

  /** Lets nobody but its owner look into it, whatever a former owner allowed. */
  public void restrict() throws IOException {
    PosixFileAttributeView view = handle.getFileAttributeView(PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(Private.DIRECTORY);
    }
  }

  /** Whether it is a user's. */
  public boolean isOf(UserPrincipal user) {
    try {
      return user.equals(handle.getFileAttributeView(FileOwnerAttributeView.class).getOwner());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a name in it, itself and not what it may lead to, is root's or ours. */
  boolean isTrusted(String name) throws IOException {
    return Users.isTrusted(owner(name));
  }

  /** Whether what is in a directory in it can only be changed by root and ourselves. */
  boolean isForTrustedOnly(String name) throws IOException {
    PosixFileAttributeView view =
        handle.getFileAttributeView(
            Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    return view != null
        && isTrusted(name)
        && Collections.disjoint(
            view.readAttributes().permissions(),
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
  }

  private UserPrincipal owner(String name) throws IOException {
    return handle
        .getFileAttributeView(
            Path.of(name), FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .getOwner();
  }

  /** Whether anybody may make files in it. */
  public boolean isForAll() throws IOException {
    PosixFileAttributeView view = handle.getFileAttributeView(PosixFileAttributeView.class);
    return view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Bytes free on the disk that it is on. */
  public long freeDisk() throws IOException {
    Object key = fileKey();
    synchronized (DESCRIPTORS) {
      // Not by a FileStore, which looks for the same path among our own files.
      return Descriptors.of(key).orElse(path).toFile().getUsableSpace();
    }
  }

  private Object fileKey() throws IOException {
    return handle.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
  }

  private SeekableByteChannel channel(
      String name, Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
    return naming(name, () -> handle.newByteChannel(Path.of(name), options, attributes));
  }

  /** Something done to a name in it. */
  private interface Step<T> {
    T take() throws IOException;
  }

  /** Tells where a step has failed: the system tells the name, or the path of a descriptor. */
  private <T> T naming(String name, Step<T> step) throws IOException {
    String there = path.resolve(name).toString();
    try {
      return step.take();
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(there);
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(there);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(there);
    } catch (FileSystemException e) {
      String reason = e.getReason();
      throw new FileSystemException(
          there, null, reason == null ? e.getClass().getSimpleName() : reason);
    }
  }

  static FileSystemException isLink(Path path) {
    return new FileSystemException(path.toString(), null, "is a link, which is not followed");
  }

  @Override
  public void close() throws IOException {
    synchronized (DESCRIPTORS) {
      handle.close();
    }
  }
}
