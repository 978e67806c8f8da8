package io.stranded.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a process of its own, killed on close.
 *
 * <p>The program prints {@code READY} on a line of its own once it is in the state the test wants.
 */
public final class ForkedJvm implements AutoCloseable {
  private static final String READY = "READY";
  private static final long PATIENCE_SECONDS = 120;

  /**
   * Options of every JVM, before its own: of modules whose tests run so many of them, and each so
   * shortly, that the optimizing compiler would cost more than all else.
   */
  private static final List<String> OPTIONS =
      List.of(System.getProperty("stranded.test.jvm", "-Xmx256m").split(" "));

  private final Jdk jdk;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> output = new ArrayList<>();

  private ForkedJvm(Jdk jdk, Process process) {
    this.jdk = jdk;
    this.process = process;
    Thread reader = new Thread(this::readOutput, "forked-jvm-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a program with the test class path and waits until it is ready.
   *
   * @param command JVM options, main class and arguments, as after {@code java}
   */
  public static ForkedJvm start(Jdk jdk, List<String> command) {
    ForkedJvm jvm = launch(jdk, command);
    jvm.awaitLine(READY);
    return jvm;
  }

  /** The same behind a command that becomes the JVM, such as one that changes the user. */
  public static ForkedJvm startBehind(List<String> prefix, Jdk jdk, List<String> command) {
    ForkedJvm jvm = launch(prefix, jdk, command);
    jvm.awaitLine(READY);
    return jvm;
  }

  /** Starts a program with the test class path and does not wait. */
  public static ForkedJvm launch(Jdk jdk, List<String> command) {
    return launch(List.of(), jdk, command);
  }

  private static ForkedJvm launch(List<String> prefix, Jdk jdk, List<String> command) {
    List<String> line = new ArrayList<>(prefix);
    line.add(jdk.tool("java"));
    line.addAll(OPTIONS);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.addAll(command);
    try {
      return new ForkedJvm(jdk, new ProcessBuilder(line).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public Process process() {
    return process;
  }

  /** Waits for an output line that contains the text and returns it. */
  public String awaitLine(String text) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (System.nanoTime() < deadline) {
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null && line.contains(text)) {
          return line;
        }
        if (line == null && !process.isAlive() && lines.isEmpty()) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(
        "no line with '" + text + "' from the program; it printed " + output());
  }

  /** Sends a line to the program's standard input. */
  public void send(String line) {
    try {
      process
          .getOutputStream()
          .write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All lines printed so far. */
  public List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** Runs {@code jcmd PID COMMAND…} of the program's own JDK and returns what it printed. */
  public String jcmd(String... command) {
    List<String> line = new ArrayList<>(List.of(jdk.tool("jcmd"), Long.toString(pid())));
    line.addAll(List.of(command));
    try {
      Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
      String printed =
          new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (jcmd.waitFor() != 0) {
        throw new AssertionError(line + " failed: " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Takes a heap dump of everything, without a GC, as {@code jcmd GC.heap_dump -all} does. */
  public Path heapDump(Path file) {
    jcmd("GC.heap_dump", "-all", file.toAbsolutePath().toString());
    return file;
  }

  /** What is done while the program stands still, so that a busy one takes no time from it. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /** Does some work while the program stands still. */
  public <T> T whileStopped(Work<T> work) throws IOException {
    signal("-STOP");
    try {
      return work.run();
    } finally {
      signal("-CONT");
    }
  }

  private void signal(String signal) throws IOException {
    try {
      int ended =
          new ProcessBuilder("kill", signal, Long.toString(pid())).inheritIO().start().waitFor();
      if (ended != 0) {
        throw new AssertionError("kill " + signal + " ended with " + ended);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      deleteSocket();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A killed JVM leaves it, and one of another user that is given the same id cannot delete it. */
  private void deleteSocket() throws IOException {
    Files.deleteIfExists(Path.of("/tmp", ".java_pid" + pid()));
  }

  private void readOutput() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (output) {
          output.add(line);
        }
        lines.add(line);
      }
    } catch (IOException e) {
      synchronized (output) {
        output.add("[output lost: " + e.getMessage() + "]");
      }
    }
  }
}
