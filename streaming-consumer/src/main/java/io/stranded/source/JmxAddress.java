package io.stranded.source;

import java.io.IOException;
import java.net.MalformedURLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/**
 * Where a JVM listens for JMX, and how to log in. Trust and key stores are those of the system
 * properties {@code javax.net.ssl.*}.
 *
 * @param url beginning with {@code service:jmx:}
 * @param login user and password
 * @param tlsRegistry whether the RMI registry speaks TLS too
 */
public record JmxAddress(String url, Optional<Login> login, boolean tlsRegistry) {
  /** What an address begins with. */
  public static final String SCHEME = "service:jmx:";

  /** A user of the target's JMX. */
  public record Login(String user, String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * An address.
   *
   * @throws IllegalArgumentException if the URL is none; one line
   */
  public JmxAddress {
    try {
      Object unused = new JMXServiceURL(url);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(url + ": " + e.getMessage(), e);
    }
  }

  // The address is what the user asked for.
  @SuppressWarnings("BanJNDI")
  JMXConnector connect() throws IOException {
    Map<String, Object> environment = new HashMap<>();
    login.ifPresent(
        user ->
            environment.put(JMXConnector.CREDENTIALS, new String[] {user.user(), user.password()}));
    if (tlsRegistry) {
      environment.put("com.sun.jndi.rmi.factory.socket", new SslRMIClientSocketFactory());
    }
    return JMXConnectorFactory.connect(new JMXServiceURL(url), environment);
  }
}
