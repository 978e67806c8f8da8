package io.stranded.internal.stack;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A call that waits for somebody outside the JVM, as a stack tells it.
 *
 * @param kind what it is
 * @param timed whether its frames show that it has a timeout
 * @param answer whether it waits for the answer to a request, so that a silent peer is no idle one
 */
public record IoCall(Kind kind, boolean timed, boolean answer) {
  /** What a thread waits for. */
  public enum Kind {
    SOCKET_READ("reads from a socket"),
    /** In which both sides wait for each other, and nobody merely listens. */
    HANDSHAKE("waits for its peer in a TLS handshake"),
    ACCEPT("waits for a client to connect"),
    PIPE_READ("reads from a pipe or file"),
    PROCESS("waits for a process to end"),
    HTTP_CLIENT("waits for an HTTP response");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What a thread does, such as {@code reads from a socket}. */
    public String words() {
      return words;
    }
  }

  private static final String SOCKET = "sun.nio.ch.NioSocketImpl.";
  private static final String CHANNEL = "sun.nio.ch.SocketChannelImpl.";

  private static final Set<String> SOCKET_READS =
      Set.of(SOCKET + "read", SOCKET + "implRead", CHANNEL + "read", CHANNEL + "blockingRead");

  private static final Set<String> ACCEPTS =
      Set.of(
          SOCKET + "accept",
          "sun.nio.ch.ServerSocketChannelImpl.accept",
          "sun.nio.ch.ServerSocketChannelImpl.blockingAccept");

  private static final String HANDSHAKE = "sun.security.ssl.SSLSocketImpl.readHandshakeRecord";

  private static final Set<String> PIPE_READS =
      Set.of("java.io.FileInputStream.read", "java.io.FileInputStream.readBytes");

  /** Libraries by which one asks and waits for the answer; in them, nobody is idle. */
  private static final List<String> CLIENTS =
      List.of(
          "com.ibm.db2.jcc.",
          "com.microsoft.sqlserver.jdbc.",
          "com.mysql.cj.protocol.",
          "com.mysql.jdbc.",
          "net.sourceforge.jtds.",
          "okhttp3.internal.http1.",
          "oracle.jdbc.driver.",
          "org.apache.commons.net.ftp.",
          "org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection",
          "org.apache.http.impl.io.DefaultHttpResponseParser",
          "org.apache.http.protocol.HttpRequestExecutor",
          "org.mariadb.jdbc.",
          "org.postgresql.core.v3.QueryExecutorImpl.processResults",
          "sun.net.www.http.HttpClient.parseHTTP",
          "sun.net.www.protocol.http.HttpURLConnection.getInputStream");

  /** The call that a stack is in, innermost frame first; empty if it is in none. */
  public static Optional<IoCall> of(List<String> stack) {
    boolean timed = false;
    for (String frame : stack) {
      String method = Frames.method(frame);
      if (!Frames.isJdk(method) && !Frames.isHidden(method)) {
        break;
      }
      timed |= isTimed(method);
      Optional<Kind> kind = kind(method, stack);
      if (kind.isPresent()) {
        boolean hasTimeout = timed || isTimedFurtherOut(stack, kind.get());
        boolean answer = isAnswer(kind.get(), stack);
        boolean handshake =
            kind.get() == Kind.SOCKET_READ && !answer && Frames.contains(stack, HANDSHAKE);
        return Optional.of(new IoCall(handshake ? Kind.HANDSHAKE : kind.get(), hasTimeout, answer));
      }
    }
    return Optional.empty();
  }

  private static Optional<Kind> kind(String method, List<String> stack) {
    if (SOCKET_READS.contains(method)) {
      return Optional.of(Kind.SOCKET_READ);
    }
    if (ACCEPTS.contains(method)) {
      return Optional.of(Kind.ACCEPT);
    }
    if (PIPE_READS.contains(method)) {
      return Optional.of(Kind.PIPE_READ);
    }
    if (method.equals("java.lang.ProcessImpl.waitFor")) {
      return Optional.of(Kind.PROCESS);
    }
    return method.equals("jdk.internal.net.http.HttpClientImpl.send")
            && Frames.contains(stack, "java.util.concurrent.CompletableFuture.get")
        ? Optional.of(Kind.HTTP_CLIENT)
        : Optional.empty();
  }

  /** The JDK has methods of their own for calls with a timeout: {@code timedRead}. */
  private static boolean isTimed(String method) {
    String name = method.substring(method.lastIndexOf('.') + 1);
    return name.startsWith("timed") || name.startsWith("implTimed") || name.contains("Nanos");
  }

  private static boolean isTimedFurtherOut(List<String> stack, Kind kind) {
    return kind == Kind.SOCKET_READ
        && stack.stream()
            .map(Frames::method)
            .takeWhile(Frames::isJdk)
            .anyMatch(method -> method.startsWith("sun.nio.ch.") && isTimed(method));
  }

  private static boolean isAnswer(Kind kind, List<String> stack) {
    return kind == Kind.HTTP_CLIENT
        || (kind == Kind.SOCKET_READ
            && stack.stream().anyMatch(frame -> CLIENTS.stream().anyMatch(frame::startsWith)));
  }
}
