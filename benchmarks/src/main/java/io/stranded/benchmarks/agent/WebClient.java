package io.stranded.benchmarks.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Users of a web server who ask again as soon as they have their answer. */
final class WebClient {
  private static final int USERS = 16;
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final long end;
  private final List<long[]> latencies = new ArrayList<>();

  private WebClient(int port, long end) {
    this.port = port;
    this.end = end;
  }

  /**
   * What they got.
   *
   * @param requests how many
   * @param p99 nanoseconds that all but one in a hundred took at most
   */
  record Served(int requests, long p99) {}

  /** Lets them ask for so long. */
  static Served ask(int port, long millis) throws InterruptedException {
    WebClient client =
        new WebClient(port, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    List<Thread> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      Thread user = new Thread(client::use);
      users.add(user);
      user.start();
    }
    for (Thread user : users) {
      user.join();
    }
    long[] all = client.latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new Served(all.length, all[all.length * 99 / 100]);
  }

  private void use() {
    long[] mine = new long[1 << 16];
    int count = 0;
    byte[] buffer = new byte[1 << 13];
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      int size = 0;
      while (System.nanoTime() < end && count < mine.length) {
        long start = System.nanoTime();
        socket.getOutputStream().write(REQUEST);
        int read = in.read(buffer);
        if (size == 0) {
          size = size(buffer, read);
        }
        while (read < size) {
          read += in.read(buffer, read, buffer.length - read);
        }
        mine[count++] = System.nanoTime() - start;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (latencies) {
      latencies.add(Arrays.copyOf(mine, count));
    }
  }

  /** The size of a whole answer, by its first part; all answers have the same. */
  private static int size(byte[] buffer, int read) {
    String header = new String(buffer, 0, read, StandardCharsets.US_ASCII);
    int body = header.indexOf("\r\n\r\n") + 4;
    String name = "content-length: ";
    int length = header.toLowerCase(Locale.ROOT).indexOf(name) + name.length();
    return body + Integer.parseInt(header.substring(length, header.indexOf('\r', length)));
  }
}
