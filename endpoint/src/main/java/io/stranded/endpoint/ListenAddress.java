package io.stranded.endpoint;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where to listen, as {@code --listen} says: {@code HOST:PORT}, or a port of the loopback. */
final class ListenAddress {
  private ListenAddress() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is no address of ours; one line
   */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw wrong(text, "an IPv6 address is written in brackets, [::1]:9404");
    }
    if (colon == 0) {
      throw wrong(text, "the host is missing: 0.0.0.0" + text + " is every address of the machine");
    }
    int port = port(text, text.substring(colon + 1));
    try {
      InetAddress[] addresses = InetAddress.getAllByName(host.isEmpty() ? "127.0.0.1" : host);
      return new InetSocketAddress(addresses[0], port);
    } catch (UnknownHostException e) {
      throw wrong(text, "there is no host " + host);
    }
  }

  private static int port(String text, String port) {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= 65535) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong(text, "expected HOST:PORT, such as 127.0.0.1:9404");
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException("--listen " + text + ": " + why);
  }
}
