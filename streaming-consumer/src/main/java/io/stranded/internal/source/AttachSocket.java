package io.stranded.internal.source;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file at which a JVM listens once it has been asked to, by the path of its container.
 *
 * <p>A killed JVM leaves it. A JVM that is given the same process id deletes it when it starts, if
 * it may: not if it runs as another user.
 *
 * @param file where it is, if it is there
 */
record AttachSocket(Path file) {
  /** That of a process. */
  static AttachSocket of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    // The process id that it has in its own container, where that is another one.
    String id =
        status(process, "NSpid:")
            .map(ids -> ids.replaceAll(".*\\s", ""))
            .orElse(Long.toString(pid));
    return new AttachSocket(process.resolve("root/tmp/.java_pid" + id));
  }

  /** A field of what the system tells of a process; nothing where it does not tell. */
  static Optional<String> status(Path process, String name) {
    try {
      return Files.readString(process.resolve("status"))
          .lines()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it is there, and nobody listens. */
  boolean isAbandoned() {
    return Files.exists(file) && refuses();
  }

  /** Whether somebody listens. */
  boolean isOpen() {
    return Files.exists(file) && !refuses();
  }

  private boolean refuses() {
    try {
      SocketChannel.open(UnixDomainSocketAddress.of(file)).close();
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
