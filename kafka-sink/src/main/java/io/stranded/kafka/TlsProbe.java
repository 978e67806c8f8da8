package io.stranded.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Finds out whether a port that gives a plaintext client no answer wants TLS. */
final class TlsProbe {
  private static final int TIMEOUT_MILLIS = 2000;

  private TlsProbe() {}

  /** The first address that can be connected to, if it speaks TLS. */
  static Optional<String> find(String bootstrapServers) {
    for (String address : bootstrapServers.split(",", -1)) {
      String trimmed = address.strip();
      int colon = trimmed.lastIndexOf(':');
      try {
        String host = trimmed.substring(0, Math.max(0, colon));
        int port = Integer.parseInt(trimmed.substring(colon + 1));
        if (speaksTls(host, port)) {
          return Optional.of(trimmed);
        }
        return Optional.empty();
      } catch (IOException | IllegalArgumentException e) {
        // Not there: ask the next.
      }
    }
    return Optional.empty();
  }

  /** Whether it answers our hello, be it by refusing us or with a certificate nobody knows. */
  private static boolean speaksTls(String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
        socket.startHandshake();
        return true;
      } catch (SSLHandshakeException e) {
        // A closed connection is told as a handshake exception as well.
        return !(e.getCause() instanceof IOException);
      } catch (SSLException e) {
        return false;
      } catch (IOException e) {
        return false;
      }
    }
  }
}
