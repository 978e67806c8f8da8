package io.stranded.cli;

import io.stranded.finding.UnreadableDumpException;
import io.stranded.internal.files.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A heap dump that was named, or standard input, which is kept in a private temporary file until
 * closed: a dump is read at any place of it.
 */
final class DumpInput implements Closeable {
  private static final Path STANDARD_INPUT = Path.of("-");

  private final Path file;
  private final boolean temporary;

  private DumpInput(Path file, boolean temporary) {
    this.file = file;
    this.temporary = temporary;
  }

  static DumpInput of(Path named) throws IOException {
    if (!named.equals(STANDARD_INPUT)) {
      return new DumpInput(named, false);
    }
    Path copy =
        PrivateFiles.createTemporary(Path.of(System.getProperty("java.io.tmpdir")), ".hprof");
    // Written to, not replaced, or it would not be private any more.
    try (OutputStream out = Files.newOutputStream(copy)) {
      System.in.transferTo(out);
      return new DumpInput(copy, true);
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  Path file() {
    return file;
  }

  /** The failure as the user named the dump. */
  UnreadableDumpException named(UnreadableDumpException e) {
    String message = String.valueOf(e.getMessage());
    return temporary
        ? new UnreadableDumpException(message.replace(file.toString(), "standard input"), e)
        : e;
  }

  @Override
  public void close() throws IOException {
    if (temporary) {
      Files.deleteIfExists(file);
    }
  }
}
