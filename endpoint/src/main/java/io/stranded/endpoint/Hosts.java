package io.stranded.endpoint;

import java.net.InetAddress;
import java.util.Locale;

/**
 * Names by which a loopback address is asked for. A page of the internet can have its own name lead
 * to 127.0.0.1, and its script then reads what nobody else may: so who asks without a password must
 * call us by a name of this machine alone.
 */
final class Hosts {
  private Hosts() {}

  /** Whether a {@code Host} header is of the loopback; one that is missing is of no browser. */
  static boolean isLocal(String host) {
    String name = withoutPort(host).toLowerCase(Locale.ROOT);
    return name.isEmpty()
        || name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.matches("127(\\.\\d{1,3}){3}");
  }

  /** Whether only this machine can reach such an address. */
  static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress();
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
