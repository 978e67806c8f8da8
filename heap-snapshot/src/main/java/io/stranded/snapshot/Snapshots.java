package io.stranded.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes snapshots of a JVM: the front door.
 *
 * <p>Request and result are files in a directory that both see, be it under two names. Use by one
 * thread at a time.
 */
public final class Snapshots {
  /** A JVM as its attacher sees it. */
  public interface Target {
    /**
     * Has the JVM load a native agent, and returns once it has.
     *
     * @param library where the JVM finds it
     * @param options what it is told
     */
    void loadNativeAgent(String library, String options) throws IOException;

    /** Whether it still runs. */
    boolean isAlive();

    /** The path by which the JVM knows a file of this process. */
    String there(Path here);
  }

  private static final int TRIES = 8;

  /** A class that is not there yet. */
  private static final List<String> PASSING =
      List.of("a class was loaded at that very moment", "of no known class");

  /** What a JVM is, it stays. */
  private static final List<String> LASTING =
      List.of("the heap is mapped shared", "this JVM does not tell of", "this JVM has ");

  private static final Duration LOOK = Duration.ofMillis(5);

  /** What the parent's part of the work may take beside the forked process. */
  private static final Duration SLACK = Duration.ofSeconds(60);

  private final Target target;
  private final Path library;
  private final Path directory;
  private int count;

  /**
   * For one target.
   *
   * @param library the native library
   * @param directory where request and result are; nobody else may write to it
   */
  public Snapshots(Target target, Path library, Path directory) {
    this.target = target;
    this.library = library;
    this.directory = directory;
  }

  /**
   * Takes a snapshot, and again if the target was met in a passing state that is not understood.
   * Whatever keeps it from being taken is told in the result.
   */
  public SnapshotResult take(SnapshotRequest request) {
    SnapshotResult result = takeOnce(request);
    for (int i = 1; i < TRIES && passes(result); i++) {
      result = takeOnce(request);
    }
    return result;
  }

  private static boolean passes(SnapshotResult result) {
    return result instanceof SnapshotResult.Refused refused
        && PASSING.stream().anyMatch(refused.reason()::endsWith);
  }

  private SnapshotResult takeOnce(SnapshotRequest request) {
    Path asked = directory.resolve("snapshot-" + count++);
    try {
      Files.writeString(asked, request.text(), StandardCharsets.UTF_8);
      load(asked);
      return await(asked, request.deadline().plus(SLACK));
    } catch (IOException e) {
      String message = e.getMessage();
      return SnapshotResult.Refused.now(message == null ? e.toString() : firstLine(message));
    } finally {
      for (String suffix : List.of("", ".status", ".island", ".part")) {
        delete(sibling(asked, suffix));
      }
    }
  }

  /** The library may have told why it could not begin, which says more than the attacher knows. */
  private void load(Path asked) throws IOException {
    try {
      target.loadNativeAgent(target.there(library), target.there(asked));
    } catch (IOException e) {
      if (!Files.exists(sibling(asked, ".status"))) {
        throw e;
      }
    }
  }

  private SnapshotResult await(Path asked, Duration patience) throws IOException {
    Path status = sibling(asked, ".status");
    long deadline = System.nanoTime() + patience.toNanos();
    while (!Files.exists(status)) {
      if (!target.isAlive()) {
        return SnapshotResult.Refused.now("the target ended before the snapshot was there");
      }
      if (System.nanoTime() - deadline > 0) {
        return SnapshotResult.Refused.now("the target did not tell what became of the snapshot");
      }
      if (Thread.currentThread().isInterrupted()) {
        return SnapshotResult.Refused.now("waiting for the snapshot was interrupted");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return result(status, sibling(asked, ".island"));
  }

  private static SnapshotResult result(Path status, Path island) throws IOException {
    Map<String, String> lines = new HashMap<>();
    // Names of the target's classes are in it, which may be in no encoding at all.
    new String(Files.readAllBytes(status), StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              int space = line.indexOf(' ');
              if (space > 0) {
                lines.put(line.substring(0, space), line.substring(space + 1));
              }
            });
    Optional<String> outcome =
        lines.containsKey("end") ? Optional.ofNullable(lines.get("outcome")) : Optional.empty();
    return switch (outcome.orElse("")) {
      case "all-live" -> new SnapshotResult.AllLive(SnapshotFigures.of(lines), HeldWays.of(lines));
      case "island" -> unreached(lines, island);
      case "none" -> refused(lines.getOrDefault("why", "no reason was given"));
      default -> SnapshotResult.Refused.now("the result is torn");
    };
  }

  private static SnapshotResult refused(String why) {
    return new SnapshotResult.Refused(why, LASTING.stream().anyMatch(why::startsWith));
  }

  private static SnapshotResult unreached(Map<String, String> lines, Path file) throws IOException {
    try {
      return new SnapshotResult.Unreached(
          SnapshotFigures.of(lines), IslandFile.read(file), HeldWays.of(lines));
    } catch (TornIslandException e) {
      return SnapshotResult.Refused.now("the result is torn: " + e.getMessage());
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("no reason was given");
  }

  private static Path sibling(Path asked, String suffix) {
    return asked.resolveSibling(asked.getFileName() + suffix);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It stays in a private directory: no reason to lose the result.
    }
  }
}
