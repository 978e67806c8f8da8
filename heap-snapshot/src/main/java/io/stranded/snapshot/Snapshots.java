package io.stranded.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes snapshots of a JVM: the front door.
 *
 * <p>Request and result are files that both see, be it under two names. Use by one thread at a
 * time.
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
  }

  private static final int TRIES = 8;
  private static final String STATUS = ".status";
  private static final String ISLAND = ".island";

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
  private final String library;
  private final Exchange files;
  private int count;

  /**
   * For one target.
   *
   * @param library where the target finds the native library
   * @param files where request and result are
   */
  public Snapshots(Target target, String library, Exchange files) {
    this.target = target;
    this.library = library;
    this.files = files;
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
    String asked = "snapshot-" + count++;
    try {
      files.write(asked, request.text().getBytes(StandardCharsets.UTF_8));
      load(asked);
      return await(asked, request.deadline().plus(SLACK));
    } catch (IOException e) {
      String message = e.getMessage();
      return SnapshotResult.Refused.now(message == null ? e.toString() : firstLine(message));
    } finally {
      for (String suffix : List.of("", STATUS, ISLAND, ".part")) {
        delete(asked + suffix);
      }
    }
  }

  /** The library may have told why it could not begin, which says more than the attacher knows. */
  private void load(String asked) throws IOException {
    try {
      target.loadNativeAgent(library, files.there(asked));
    } catch (IOException e) {
      if (!files.has(asked + STATUS)) {
        throw e;
      }
    }
  }

  private SnapshotResult await(String asked, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!files.has(asked + STATUS)) {
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
    return result(asked);
  }

  private SnapshotResult result(String asked) throws IOException {
    Map<String, String> lines = new HashMap<>();
    // Names of the target's classes are in it, which may be in no encoding at all.
    new String(files.read(asked + STATUS), StandardCharsets.UTF_8)
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
      case "island" -> unreached(lines, files.read(asked + ISLAND));
      case "none" -> refused(lines.getOrDefault("why", "no reason was given"));
      default -> SnapshotResult.Refused.now("the result is torn");
    };
  }

  private static SnapshotResult refused(String why) {
    return new SnapshotResult.Refused(why, LASTING.stream().anyMatch(why::startsWith));
  }

  private static SnapshotResult unreached(Map<String, String> lines, byte[] island) {
    try {
      return new SnapshotResult.Unreached(
          SnapshotFigures.of(lines), IslandFile.parse(ByteBuffer.wrap(island)), HeldWays.of(lines));
    } catch (TornIslandException e) {
      return SnapshotResult.Refused.now("the result is torn: " + e.getMessage());
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("no reason was given");
  }

  private void delete(String file) {
    try {
      files.delete(file);
    } catch (IOException e) {
      // It stays in a private directory: no reason to lose the result.
    }
  }
}
