package io.stranded.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A reader of heap dumps, each run as a process of its own. */
enum Reader {
  /** The whole answer of {@code stranded analyze}: threads, fixpoint, pinned bytes, report. */
  STRANDED,
  GRIDKIT,
  SHARK,
  NETBEANS;

  private static final String READERS = "io.stranded.benchmarks.readers.";

  /** More than any of them uses. */
  private static final String AMPLE = "10g";

  static Reader named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The command that opens and marks a dump; only our own gets a tight heap. */
  List<String> timed(Path root, String java, String ourHeap, Path dump) {
    return this == STRANDED ? analyze(root, ourHeap, dump) : reader(root, java, dump);
  }

  /** The command that prints how many objects are marked. */
  List<String> counted(Path root, String java, Path dump) {
    List<String> command = reader(root, java, dump);
    if (this == NETBEANS) {
      command.add("count");
    }
    return command;
  }

  /** Our command with an upper bound on the Java heap, as people start it. */
  static List<String> analyze(Path root, String heap, Path dump) {
    return new ArrayList<>(
        List.of(
            "env",
            "JAVA_HOME=" + System.getProperty("java.home"),
            "JDK_JAVA_OPTIONS=-Xmx" + heap,
            root.resolve("scripts/stranded").toString(),
            "analyze",
            dump.toString()));
  }

  private List<String> reader(Path root, String java, Path dump) {
    Path target = root.resolve("benchmarks/target");
    String main =
        switch (this) {
          case STRANDED -> "StrandedMarks";
          case GRIDKIT -> "GridkitReader";
          case SHARK -> "SharkReader";
          case NETBEANS -> "NetBeansReader";
        };
    String library =
        this == STRANDED
            ? root.resolve("reachability-analyzer/target/classes").toString()
            : target.resolve("readers/" + toString() + "/*").toString();
    return new ArrayList<>(
        List.of(
            java,
            "-Xmx" + AMPLE,
            "-cp",
            target.resolve("classes") + ":" + library,
            READERS + main,
            dump.toString()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
