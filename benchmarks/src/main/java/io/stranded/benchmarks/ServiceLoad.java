package io.stranded.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A web server with much on its heap, and clients that measure how long its answers take.
 *
 * <p>{@code serve MEGABYTES} prints its port and answers until its input ends. {@code load PORT
 * CLIENTS} asks as fast as it is answered; for each line of its input it prints the answers per
 * second and percentiles of milliseconds since the last, under the line's name.
 */
public final class ServiceLoad {
  private static final int BYTES_PER_ENTRY = 1_100;
  private static final int MOST_ANSWERS = 10_000_000;
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private ServiceLoad() {}

  public static void main(String[] args) throws IOException {
    if (args[0].equals("serve")) {
      serve(Integer.parseInt(args[1]));
    } else {
      load(new URL("http://localhost:" + args[1] + "/"), Integer.parseInt(args[2]));
    }
    System.exit(0);
  }

  private static void serve(int megabytes) throws IOException {
    Map<Integer, byte[]> entries = new ConcurrentHashMap<>();
    int count = (int) (((long) megabytes << 20) / BYTES_PER_ENTRY);
    for (int i = 0; i < count; i++) {
      entries.put(i, new byte[1_000]);
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newFixedThreadPool(16));
    server.createContext("/", exchange -> answer(exchange, entries, count));
    server.start();
    System.out.println(server.getAddress().getPort());
    System.in.readAllBytes();
  }

  /** Replaces some entries, so that a frozen copy of the heap costs pages. */
  private static void answer(HttpExchange exchange, Map<Integer, byte[]> entries, int count)
      throws IOException {
    for (int i = 0; i < 20; i++) {
      entries.put(ThreadLocalRandom.current().nextInt(count), new byte[1_000]);
    }
    byte[] body = "ok".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void load(URL url, int clients) throws IOException {
    Answers answers = new Answers();
    for (int i = 0; i < clients; i++) {
      Thread client = new Thread(() -> ask(url, answers), "client-" + i);
      client.setDaemon(true);
      client.start();
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answers.take(line));
    }
  }

  private static void ask(URL url, Answers answers) {
    try {
      while (true) {
        long begin = System.nanoTime();
        URLConnection connection = url.openConnection();
        try (InputStream body = connection.getInputStream()) {
          body.readAllBytes();
        }
        answers.add(System.nanoTime() - begin);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How long answers took. */
  private static final class Answers {
    private final long[] nanos = new long[MOST_ANSWERS];
    private int count;
    private long since = System.nanoTime();

    synchronized void add(long value) {
      if (count < nanos.length) {
        nanos[count++] = value;
      }
    }

    synchronized String take(String name) {
      long now = System.nanoTime();
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      String line =
          String.format(
              Locale.ROOT,
              "%-14s  %9.0f  %6.1f  %6.1f  %6.1f  %8.1f  %7.1f",
              name,
              count * 1e9 / (now - since),
              at(sorted, 0.5),
              at(sorted, 0.99),
              at(sorted, 0.999),
              at(sorted, 1),
              (now - since) / 1e9);
      count = 0;
      since = System.nanoTime();
      return line;
    }

    private static double at(long[] sorted, double part) {
      int index = (int) Math.min(sorted.length - 1L, Math.round(sorted.length * part));
      return sorted.length == 0 ? 0 : (double) sorted[index] / NANOS_PER_MILLI;
    }
  }
}
