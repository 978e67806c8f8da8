package io.stranded.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * What the first broker that can be connected to makes of a TLS handshake. TLS on one side only
 * looks like an outage to Kafka's clients, so this asks without them.
 *
 * @param answer what it did
 * @param address its {@code host:port}; all of them if none can be connected to
 */
record TlsProbe(Answer answer, String address) {
  private static final int TIMEOUT_MILLIS = 2000;

  enum Answer {
    /** No connection to any of them. */
    UNREACHABLE,
    /** A handshake, be it one that failed for a certificate. */
    TLS,
    /** Something else, or hung up. */
    NO_TLS
  }

  /** Tries the addresses one after the other. */
  static TlsProbe of(String bootstrapServers) {
    for (String each : bootstrapServers.split(",", -1)) {
      String address = each.strip();
      int colon = address.lastIndexOf(':');
      try {
        String host = address.substring(0, Math.max(0, colon));
        int port = Integer.parseInt(address.substring(colon + 1));
        return new TlsProbe(speaksTls(host, port) ? Answer.TLS : Answer.NO_TLS, address);
      } catch (IOException | IllegalArgumentException e) {
        // Not there: ask the next.
      }
    }
    return new TlsProbe(Answer.UNREACHABLE, bootstrapServers);
  }

  private static boolean speaksTls(String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
        socket.startHandshake();
        return true;
      } catch (SSLHandshakeException e) {
        // Hanging up is told as a handshake exception as well, with the end of input as its cause.
        return !(e.getCause() instanceof IOException);
      } catch (SSLException e) {
        return false;
      } catch (IOException e) {
        return false;
      }
    }
  }
}
