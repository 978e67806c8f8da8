package io.stranded.endpoint;

import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How to listen.
 *
 * @param open whether to answer everybody, by whatever name they call us
 * @param tls what to speak TLS with; empty for plain HTTP
 */
record EndpointConfig(
    InetSocketAddress address, Access access, boolean open, Optional<SSLContext> tls) {
  /** On the loopback, for anybody there. */
  static EndpointConfig local(int port) {
    return new EndpointConfig(
        ListenAddress.parse("127.0.0.1:" + port), Access.ANYBODY, false, Optional.empty());
  }

  /** Whether who asks has to call us by a name of the loopback. */
  boolean checksHosts() {
    return access.isOpen() && !open && Hosts.isLocal(address.getAddress());
  }
}
