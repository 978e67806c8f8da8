package io.stranded.watch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes on what comes to one address to another at the same port, until it is cut. */
final class Relay implements Closeable {
  private final InetAddress from;
  private final InetAddress to;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket server;

  Relay(String from, String to, int port) throws IOException {
    this.from = InetAddress.getByName(from);
    this.to = InetAddress.getByName(to);
    this.port = port;
    this.server = listen();
  }

  /** Breaks all connections off, and takes no more. */
  void cut() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Takes connections again. */
  void fix() throws IOException {
    server = listen();
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  private ServerSocket listen() throws IOException {
    ServerSocket listening = new ServerSocket(port, 50, from);
    run(
        () -> {
          while (true) {
            Socket near = listening.accept();
            Socket far = new Socket(to, port);
            open.add(near);
            open.add(far);
            run(() -> copy(near, far));
            run(() -> copy(far, near));
          }
        });
    return listening;
  }

  private static void copy(Socket in, Socket out) throws IOException {
    try (in;
        out) {
      InputStream bytes = in.getInputStream();
      bytes.transferTo(out.getOutputStream());
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** In a thread that ends with its sockets. */
  private static void run(Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                step.run();
              } catch (IOException e) {
                Thread.currentThread().interrupt();
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }
}
