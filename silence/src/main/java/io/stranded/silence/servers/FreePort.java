package io.stranded.silence.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for servers that do not choose one themselves. */
final class FreePort {
  private FreePort() {}

  /** A port of the loopback interface that nobody listens on. */
  static int next() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
