package io.stranded.cli;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes of the packed jar as a JVM wants them, made once for each jar and JDK: the tests
 * start it hundreds of times, and reading and checking classes is most of what a start costs. Where
 * there can be none, they run without.
 */
final class ClassArchive {
  private static final Path SCRIPT =
      Path.of("..", "scripts", "archive-classes").toAbsolutePath().normalize();
  private static final long PATIENCE_SECONDS = 300;

  private ClassArchive() {}

  /** The options by which a JVM uses the archive. */
  static List<String> options(Jdk jdk) {
    // One that the tests start twice in all is not worth an archive.
    return jdk.equals(Jdk.current()) ? Made.OPTIONS : List.of();
  }

  /** Made when it is first asked for. */
  private static final class Made {
    static final List<String> OPTIONS = make(Jdk.current(), Distribution.jar());
  }

  private static List<String> make(Jdk jdk, Path jar) {
    Path archive = jar.resolveSibling("stranded-tests.jsa");
    try {
      if (!isNewer(archive, jar)) {
        Files.deleteIfExists(archive);
        run(jdk, jar, archive);
      }
      return Files.exists(archive)
          ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static boolean isNewer(Path archive, Path jar) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }

  private static void run(Jdk jdk, Path jar, Path archive)
      throws IOException, InterruptedException {
    Process script =
        new ProcessBuilder(SCRIPT.toString(), jdk.tool("java"), jar.toString(), archive.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!script.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      script.destroy();
    }
  }
}
