package io.stranded.internal.source;

import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** Says why a JVM that should listen for JMX cannot be connected to. */
final class JmxFailure {
  private JmxFailure() {}

  /**
   * The reason in one line.
   *
   * @param tls whether TLS was spoken from the first byte on
   */
  static String reason(Exception failure, boolean tls) {
    Throwable root = failure;
    boolean certificate = false;
    while (root.getCause() != null) {
      root = root.getCause();
      certificate |=
          root instanceof CertificateException || root instanceof CertPathBuilderException;
    }
    String message =
        root.getMessage() == null
            ? root.getClass().getSimpleName()
            : root.getMessage().lines().findFirst().orElse("");
    if (root instanceof UnknownHostException) {
      return "unknown host " + message;
    }
    if (certificate) {
      return "its certificate is not trusted: " + message + "; see javax.net.ssl.trustStore";
    }
    if (message.contains("non-JRMP server")) {
      return message + (tls ? "" : "; if its registry speaks TLS, --jmx-tls is needed");
    }
    if (message.contains("unrecognized SSL message")) {
      return message + "; if its registry speaks no TLS, leave --jmx-tls out";
    }
    boolean brokenOff =
        root instanceof SSLException
            || (root instanceof SocketException && !(root instanceof ConnectException));
    return brokenOff && tls
        ? message + "; if it asks for a certificate of ours, see javax.net.ssl.keyStore"
        : message;
  }
}
