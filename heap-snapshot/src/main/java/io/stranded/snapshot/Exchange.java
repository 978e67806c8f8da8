package io.stranded.snapshot;

import java.io.IOException;
import java.nio.file.Path;

/** The files by which a snapshot is asked for and told, in one directory that the JVM sees too. */
public interface Exchange {
  /** Writes a file that does not exist, for the JVM to read. */
  void write(String name, byte[] contents) throws IOException;

  /** Whether there is such a file. */
  boolean has(String name) throws IOException;

  /** The contents of a file that the JVM has written. */
  byte[] read(String name) throws IOException;

  /** Deletes a file, if there is one. */
  void delete(String name) throws IOException;

  /** The path by which the JVM knows a file. */
  String there(String name);

  /** A directory that has the same path for the JVM, and that nobody else may write to. */
  static Exchange in(Path directory) {
    return new OwnExchange(directory.toAbsolutePath());
  }
}
