package io.stranded.internal.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IoCallTest {
  private static final List<String> READ =
      List.of(
          "sun.nio.ch.Net.poll(Net.java)",
          "sun.nio.ch.NioSocketImpl.park(NioSocketImpl.java:191)",
          "sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:309)",
          "sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:346)",
          "java.net.Socket$SocketInputStream.read(Socket.java:961)",
          "shop.Feed.read(Feed.java:12)");

  @Test
  void readWithoutATimeoutIsTold() {
    assertThat(IoCall.of(READ)).hasValue(new IoCall(IoCall.Kind.SOCKET_READ, false, false));
  }

  @Test
  void readWithATimeoutIsToldByItsFrame() {
    List<String> timed =
        List.of(
            "sun.nio.ch.Net.poll(Net.java)",
            "sun.nio.ch.NioSocketImpl.park(NioSocketImpl.java:186)",
            "sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:275)",
            "sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:309)",
            "sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:346)",
            "shop.Feed.read(Feed.java:12)");
    assertThat(IoCall.of(timed)).hasValue(new IoCall(IoCall.Kind.SOCKET_READ, true, false));
  }

  @Test
  void whoeverReadsForADriverWaitsForAnAnswer() {
    List<String> query =
        List.of(
            "sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:309)",
            "org.postgresql.core.v3.QueryExecutorImpl.processResults(QueryExecutorImpl.java:2161)",
            "shop.Orders.load(Orders.java:30)");
    assertThat(IoCall.of(query).orElseThrow().answer()).isTrue();
  }

  @Test
  void handshakeIsNoListening() {
    List<String> handshake =
        List.of(
            "sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:309)",
            "sun.security.ssl.SSLSocketInputRecord.read(SSLSocketInputRecord.java:484)",
            "sun.security.ssl.SSLSocketImpl.readHandshakeRecord(SSLSocketImpl.java:1425)",
            "sun.security.ssl.SSLSocketImpl.startHandshake(SSLSocketImpl.java:455)");
    assertThat(IoCall.of(handshake)).hasValue(new IoCall(IoCall.Kind.HANDSHAKE, false, false));
    List<String> ofRequest =
        Stream.concat(
                handshake.stream(),
                Stream.of("sun.net.www.protocol.http.HttpURLConnection.getInputStream(H.java:1)"))
            .toList();
    assertThat(IoCall.of(ofRequest)).hasValue(new IoCall(IoCall.Kind.SOCKET_READ, false, true));
    List<String> data =
        List.of(
            "sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:309)",
            "sun.security.ssl.SSLSocketImpl.readApplicationRecord(SSLSocketImpl.java:1480)");
    assertThat(IoCall.of(data)).hasValue(new IoCall(IoCall.Kind.SOCKET_READ, false, false));
  }

  @Test
  void selectorsAndCallsFurtherOutAreNoCalls() {
    assertThat(
            IoCall.of(
                List.of(
                    "sun.nio.ch.EPoll.wait(EPoll.java)",
                    "sun.nio.ch.SelectorImpl.select(SelectorImpl.java:146)",
                    "shop.Loop.run(Loop.java:9)")))
        .isEmpty();
    assertThat(
            IoCall.of(
                List.of(
                    "shop.Feed.parse(Feed.java:40)",
                    "sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:346)")))
        .isEmpty();
  }
}
