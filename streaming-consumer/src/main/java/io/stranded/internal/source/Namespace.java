package io.stranded.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process may see otherwise than others of its machine. */
enum Namespace {
  /** Its files. */
  MOUNT("mnt"),
  /** Its network, with a loopback of its own. */
  NETWORK("net");

  private final String file;

  Namespace(String file) {
    this.file = file;
  }

  /**
   * Whether a process sees the same as we do.
   *
   * @throws IOException if the system does not tell us
   * @throws UnsupportedOperationException if it has no such thing
   */
  boolean isShared(long pid) throws IOException {
    return of(Long.toString(pid)).equals(of("self"));
  }

  /** The same; yes where the system does not tell. */
  boolean isSharedAsFarAsKnown(long pid) {
    try {
      return isShared(pid);
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }

  private Path of(String process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", file));
  }
}
