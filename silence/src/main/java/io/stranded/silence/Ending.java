package io.stranded.silence;

import io.stranded.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How a recording came to its end. */
enum Ending {
  /** {@code jcmd JFR.dump}, of a JVM that goes on. */
  DUMP,
  /** {@code System.exit}. */
  EXIT,
  /** Ctrl-C. */
  INTERRUPT,
  /** {@code kill -9}: what is there is in the JVM's repository. */
  KILL;

  private static final int PATIENCE_SECONDS = 60;

  static Ending named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Ends the recording, which is to be written to that file if the JVM can, and tells its input. */
  Path end(ForkedJvm jvm, Path file, Path repository) throws IOException, InterruptedException {
    switch (this) {
      case DUMP -> jvm.jcmd("JFR.dump", "filename=" + file);
      case EXIT -> jvm.send("exit");
      case INTERRUPT -> {
        new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
        if (!jvm.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          jvm.process().destroy(); // a shell that started it in the background let it ignore that
        }
      }
      case KILL -> jvm.process().destroyForcibly();
      default -> throw new AssertionError(this);
    }
    if (this != DUMP && !jvm.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the JVM did not end");
    }
    if (this != KILL) {
      return file;
    }
    try (Stream<Path> directories = Files.list(repository)) {
      return directories
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IOException("no repository"));
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
