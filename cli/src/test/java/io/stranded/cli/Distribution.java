package io.stranded.cli;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs the packed {@code stranded.jar} as a user does, in a process of its own. */
public final class Distribution {
  private static final Path JAR = Path.of("target", "stranded.jar").toAbsolutePath();
  private static final Path AGENT =
      Path.of("..", "jfr-events", "target", "stranded-agent.jar").toAbsolutePath().normalize();

  /** What is run once and for seconds is not worth the optimizing compiler. */
  private static final List<String> QUICK = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final long PATIENCE_SECONDS = 240;

  /**
   * What a run came to.
   *
   * @param exitCode its exit code
   * @param out standard output
   * @param err standard error
   */
  public record Result(int exitCode, String out, String err) {}

  private final Process process;
  private final Path out;
  private final Path err;

  private Distribution(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The packed jar. */
  static Path jar() {
    return JAR;
  }

  /** The agent's jar. */
  public static Path agent() {
    return AGENT;
  }

  /** Runs a command to its end. */
  public static Result run(String... args) {
    return start(args).await();
  }

  /**
   * Runs a command to its end with the file as its standard input; with nothing if there is none.
   */
  public static Result runWithInput(Path input, String... args) {
    return start(Jdk.current(), Optional.of(input).filter(Files::exists), List.of(), args).await();
  }

  /** Starts a command. */
  public static Distribution start(String... args) {
    return start(Jdk.current(), args);
  }

  /** Starts a command on a JDK. */
  public static Distribution start(Jdk jdk, String... args) {
    return start(jdk, Optional.empty(), List.of(), args);
  }

  /** Starts a command with options for its JVM. */
  public static Distribution startWith(List<String> options, String... args) {
    return start(Jdk.current(), Optional.empty(), options, args);
  }

  private static Distribution start(
      Jdk jdk, Optional<Path> input, List<String> options, String... args) {
    List<String> line = new ArrayList<>();
    line.add(jdk.tool("java"));
    line.addAll(QUICK);
    line.addAll(ClassArchive.options(jdk));
    line.addAll(options);
    line.add("-jar");
    line.add(JAR.toString());
    line.addAll(List.of(args));
    try {
      Path out = Files.createTempFile("stranded", ".out");
      Path err = Files.createTempFile("stranded", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
      input.ifPresent(file -> builder.redirectInput(file.toFile()));
      Process process = builder.start();
      if (input.isEmpty()) {
        process.getOutputStream().close();
      }
      return new Distribution(process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Process process() {
    return process;
  }

  /** Waits until standard error has a line with the text. */
  public void awaitLog(String text) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!read(err).contains(text)) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError("no '" + text + "' in: " + read(err));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits until standard error has what the pattern says, over several lines too. */
  public void awaitLogMatching(String pattern) {
    Pattern wanted = Pattern.compile(pattern, Pattern.DOTALL);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!wanted.matcher(read(err)).find()) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError("no '" + pattern + "' in: " + read(err));
      }
      pause();
    }
  }

  /** Standard error so far. */
  public String log() {
    return read(err);
  }

  /** Lets it run for some time, and ends it. */
  public void stopAfter(int seconds) {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        throw new AssertionError("has ended: " + read(err));
      }
      process.destroy();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("does not end: " + read(err));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for the end. */
  public Result await() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("does not end; it printed " + read(err));
      }
      return new Result(process.exitValue(), read(out), read(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      delete(out);
      delete(err);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
