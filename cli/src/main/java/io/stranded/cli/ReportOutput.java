package io.stranded.cli;

import io.stranded.finding.FailureLine;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Standard output or a file, with errors that name it in one line. */
final class ReportOutput implements Closeable {
  private final Optional<Path> file;
  private OutputStream out;

  private ReportOutput(Optional<Path> file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  static ReportOutput standard() {
    return new ReportOutput(Optional.empty(), System.out);
  }

  /** Creates the file, or empties it. */
  static ReportOutput file(Path file) throws IOException {
    return new ReportOutput(Optional.of(file), open(file));
  }

  /** Goes on at the end of the file, or creates it. */
  static ReportOutput endOf(Path file) throws IOException {
    return new ReportOutput(
        Optional.of(file), open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /** Opens what {@code --output} names, and empties a file: {@code -} is standard output. */
  static ReportOutput named(String output) throws IOException {
    return output.equals("-") ? standard() : file(Path.of(output));
  }

  /** The same, but goes on at the end of a file. */
  static ReportOutput endOfNamed(String output) throws IOException {
    return output.equals("-") ? standard() : endOf(Path.of(output));
  }

  void write(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new IOException(name() + ": cannot be written: " + FailureLine.of(e), e);
    }
    if (out instanceof PrintStream stream && stream.checkError()) {
      throw new IOException(name() + ": cannot be written");
    }
  }

  /** Forgets what was written, which only a file can do. */
  void clear() throws IOException {
    Path path =
        file.orElseThrow(
            () ->
                new IOException(name() + " has one report already: --output FILE keeps the last"));
    out.close();
    out = open(path);
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      out.close();
    }
  }

  boolean isFile() {
    return file.isPresent();
  }

  /** Whether it is a file without anything in it; of what cannot be asked, no. */
  boolean isEmpty() {
    try {
      return file.isPresent() && Files.size(file.get()) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String name() {
    return file.map(Path::toString).orElse("standard output");
  }

  private static OutputStream open(Path file, OpenOption... options) throws IOException {
    try {
      return Files.newOutputStream(file, options);
    } catch (FileSystemException e) {
      throw new IOException(file + ": cannot be written: " + FailureLine.reason(e), e);
    }
  }
}
