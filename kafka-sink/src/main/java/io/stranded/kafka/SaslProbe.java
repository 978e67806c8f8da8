package io.stranded.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * By which mechanisms a listener wants to be told who we are. A listener that does hangs up on
 * clients that do not say, which looks like an outage to Kafka's clients, so this asks without
 * them: by one SaslHandshake request, whose answer is an error where there is no SASL.
 */
final class SaslProbe {
  private static final int TIMEOUT_MILLIS = 2000;
  private static final short SASL_HANDSHAKE = 17;
  private static final short VERSION = 1;
  private static final short ILLEGAL_SASL_STATE = 34;
  private static final int MOST_BYTES = 10_000;

  private SaslProbe() {}

  /** The mechanisms, separated by commas; empty if there is no SASL, or no telling. */
  static Optional<String> mechanisms(String address, boolean tls) {
    int colon = address.lastIndexOf(':');
    try (Socket plain = new Socket()) {
      String host = address.substring(0, Math.max(0, colon));
      int port = Integer.parseInt(address.substring(colon + 1));
      plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      if (!tls) {
        return ask(plain);
      }
      try (SSLSocket socket =
          (SSLSocket) trusting().getSocketFactory().createSocket(plain, host, port, true)) {
        return ask(socket);
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> ask(Socket socket) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] client = "stranded".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocate(100);
    request.putShort(SASL_HANDSHAKE).putShort(VERSION).putInt(0);
    request.putShort((short) client.length).put(client);
    // A mechanism that there is not: asked for by its name, a real one would begin a conversation.
    request.putShort((short) 1).put((byte) '?');
    out.writeInt(request.position());
    out.write(request.array(), 0, request.position());
    out.flush();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int size = in.readInt();
    if (size < 0 || size > MOST_BYTES) {
      return Optional.empty();
    }
    ByteBuffer answer = ByteBuffer.wrap(in.readNBytes(size));
    if (answer.remaining() < 10) {
      return Optional.empty();
    }
    answer.getInt();
    if (answer.getShort() == ILLEGAL_SASL_STATE) {
      return Optional.empty();
    }
    List<String> mechanisms = new ArrayList<>();
    for (int left = answer.getInt(); left > 0 && answer.remaining() >= 2; left--) {
      byte[] name = new byte[Math.max(0, Math.min(answer.getShort(), answer.remaining()))];
      answer.get(name);
      mechanisms.add(new String(name, StandardCharsets.US_ASCII));
    }
    return mechanisms.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", mechanisms));
  }

  /** Nothing of ours is said here, so it does not matter to whom. */
  private static SSLContext trusting() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    return context;
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
