package io.stranded.internal.proof;

import io.stranded.finding.FailureLine;
import io.stranded.snapshot.OwnJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The native library, loaded into our own JVM at most once and only when it is needed. */
public final class OwnLibrary {
  private static final String FILE = "libstranded-snapshot.so";
  private static final OwnLibrary INSTANCE = load();

  private final Optional<OwnJvm> jvm;
  private final String problem;

  private OwnLibrary(Optional<OwnJvm> jvm, String problem) {
    this.jvm = jvm;
    this.problem = problem;
  }

  /** The one of this JVM. */
  public static OwnLibrary get() {
    return INSTANCE;
  }

  /** What takes snapshots; empty where there is no library. */
  public Optional<OwnJvm> jvm() {
    return jvm;
  }

  /** Why there is none, one clause. */
  String problem() {
    return problem;
  }

  private static OwnLibrary load() {
    if (Boolean.getBoolean("stranded.noLibrary")) {
      return new OwnLibrary(Optional.empty(), "stranded.noLibrary is set");
    }
    String platform =
        System.getProperty("os.name").toLowerCase(Locale.ROOT)
            + "-"
            + System.getProperty("os.arch").replace("amd64", "x86_64");
    try (InputStream packed = OwnLibrary.class.getResourceAsStream(platform + "/" + FILE)) {
      if (packed == null) {
        return new OwnLibrary(Optional.empty(), "there is no library for " + platform);
      }
      Path directory = Files.createTempDirectory("stranded-junit-");
      Path file = directory.resolve(FILE);
      try {
        Files.write(file, packed.readAllBytes());
        return new OwnLibrary(Optional.of(OwnJvm.load(file)), "");
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(directory);
      }
    } catch (IOException | RuntimeException e) {
      return new OwnLibrary(Optional.empty(), FailureLine.of(e));
    }
  }
}
