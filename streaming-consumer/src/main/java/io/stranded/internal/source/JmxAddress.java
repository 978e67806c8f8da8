package io.stranded.internal.source;

import java.io.IOException;
import java.net.MalformedURLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /** RMI itself waits for a minute where a connection is taken and nothing said. */
  private static final long PATIENCE_SECONDS = 15;

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

  /**
   * Connects.
   *
   * @throws IOException if that fails, or takes too long; with the reason in one line
   */
  JMXConnector connect() throws IOException {
    CompletableFuture<JMXConnector> connected = new CompletableFuture<>();
    Thread thread = new Thread(() -> connect(connected), "stranded-connect");
    thread.setDaemon(true);
    thread.start();
    try {
      return connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      connected.cancel(false);
      throw new IOException("no answer for " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      connected.cancel(false);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(
          e.getCause() instanceof Exception cause
              ? JmxFailure.reason(cause, tlsRegistry)
              : String.valueOf(e.getMessage()),
          e);
    }
  }

  /** Whoever waited may have given up meanwhile. */
  private void connect(CompletableFuture<JMXConnector> connected) {
    try {
      JMXConnector connector = connectNow();
      if (!connected.complete(connector)) {
        connector.close();
      }
    } catch (IOException | RuntimeException e) {
      connected.completeExceptionally(e);
    }
  }

  // The address is what the user asked for.
  @SuppressWarnings("BanJNDI")
  private JMXConnector connectNow() throws IOException {
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
