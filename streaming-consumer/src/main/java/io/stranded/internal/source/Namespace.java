package io.stranded.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The network namespaces that processes of this machine are in. */
final class Networks {
  private Networks() {}

  /** Whether a process has the same loopback as we; yes where the system does not tell. */
  static boolean isShared(long pid) {
    try {
      return of(Long.toString(pid)).equals(of("self"));
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }

  private static Path of(String process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", "net"));
  }
}
