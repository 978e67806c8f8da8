package io.stranded.kafka;

import io.stranded.internal.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The spool of a sink that was given none: the first that nobody uses of those that all sidecars of
 * one user on one machine share, before all others one in which findings wait.
 */
final class DefaultSpool {
  private static final System.Logger LOG = System.getLogger(DefaultSpool.class.getName());

  /** More sidecars than one user has on one machine. */
  private static final int MOST = 100;

  private DefaultSpool() {}

  static Path choose() {
    return choose(base());
  }

  /** The one to use of {@code spool}, {@code spool-2} and so on in a directory. */
  static Path choose(Path directory) {
    List<Path> free = new ArrayList<>();
    List<Path> waiting = new ArrayList<>();
    for (int i = 1; i <= MOST; i++) {
      Path spool = directory.resolve(i == 1 ? "spool" : "spool-" + i);
      if (!Files.exists(spool.resolve(SpoolLock.FILE))) {
        free.add(spool);
        if (i > 1) {
          // None behind it is in use, unless one before it was deleted.
          break;
        }
      } else if (isFree(spool)) {
        free.add(spool);
        if (holdsAny(spool)) {
          waiting.add(spool);
        }
      }
    }
    if (waiting.size() > 1) {
      LOG.log(
          System.Logger.Level.WARNING,
          "findings wait in {0} as well: start a watch with that as its --spool-dir to send them",
          waiting.get(1));
    }
    List<Path> best = waiting.isEmpty() ? free : waiting;
    return best.isEmpty() ? directory.resolve("spool") : best.get(0);
  }

  private static boolean isFree(Path spool) {
    try {
      // Whoever is quicker between this and the opening of the spool is told of then.
      PrivateFiles.createDirectory(spool, SpoolLock.FILE);
      SpoolLock.take(spool).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean holdsAny(Path spool) {
    try (Stream<Path> files = Files.list(spool)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean kept = name.endsWith(".jsonl") && !name.equals(Quarantine.FILE);
        if (kept && Files.size(file) > 0) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path base() {
    String state = System.getenv("XDG_STATE_HOME");
    Path base =
        state != null && !state.isBlank()
            ? Path.of(state)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return base.resolve("stranded");
  }
}
