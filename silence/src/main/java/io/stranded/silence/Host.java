package io.stranded.silence;

import io.stranded.silence.servers.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a server in this JVM, with load while it is asked for: the lines {@code load} and {@code
 * rest} on standard input, and a leak after {@code plant}. Ends in order at the line {@code exit},
 * at once with its input.
 */
public final class Host {
  /** The name of the thread that is leaked in every server. */
  static final String PLANTED = "planted";

  private Host() {}

  /**
   * Starts the server of a name with its data in a directory, and returns: a thread of the JVM that
   * nobody waits on stays to listen.
   */
  public static void main(String[] args) {
    new Thread(() -> run(Kind.named(args[0]), Path.of(args[1])), "control").start();
  }

  /** Starts a thread that is leaked: silence counts only where this one is found. */
  private static void plant() {
    CountDownLatch latch = new CountDownLatch(1);
    Thread planted =
        new Thread(
            () -> {
              try {
                latch.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            PLANTED);
    planted.setDaemon(true);
    planted.start();
  }

  private static void run(Kind kind, Path directory) {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      Load load = new Load(kind.start(directory));
      System.out.println("READY");
      Optional<String> command = next(commands);
      while (command.isPresent()) {
        switch (command.get()) {
          case "plant" -> plant();
          case "load" -> load.start();
          case "exit" -> System.exit(0);
          default -> System.out.println("answered " + load.stop());
        }
        System.out.println("DONE");
        command = next(commands);
      }
    } catch (Exception | Error e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
    Runtime.getRuntime().halt(0);
  }

  private static Optional<String> next(BufferedReader commands) throws IOException {
    return Optional.ofNullable(commands.readLine());
  }
}
