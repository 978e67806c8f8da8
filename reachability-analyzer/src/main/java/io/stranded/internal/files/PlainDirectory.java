package io.stranded.internal.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Iterator;
import java.util.Set;

/**
 * A directory by its path, for systems that cannot hold one open. There are no shared temporary
 * directories on those, nor other users' processes to attach to.
 */
final class PlainDirectory implements SecureDirectoryStream<Path> {
  private final Path directory;
  private final DirectoryStream<Path> entries;

  @SuppressWarnings("StreamResourceLeak") // Closed with the directory.
  PlainDirectory(Path directory) throws IOException {
    this.directory = directory;
    this.entries = Files.newDirectoryStream(directory);
  }

  @Override
  public SecureDirectoryStream<Path> newDirectoryStream(Path name, LinkOption... options)
      throws IOException {
    return new PlainDirectory(directory.resolve(name));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return Files.newByteChannel(directory.resolve(name), options, attributes);
  }

  @Override
  public void deleteFile(Path name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void deleteDirectory(Path name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void move(Path from, SecureDirectoryStream<Path> to, Path name) throws IOException {
    Files.move(
        directory.resolve(from),
        ((PlainDirectory) to).directory.resolve(name),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(Class<V> type) {
    return Files.getFileAttributeView(directory, type);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path name, Class<V> type, LinkOption... options) {
    return Files.getFileAttributeView(directory.resolve(name), type, options);
  }

  @Override
  public Iterator<Path> iterator() {
    return entries.iterator();
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
