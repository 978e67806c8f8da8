package io.stranded.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes recordings, lets {@code stranded replay}, {@code RecordingFile} and JDK Mission Control
 * read them in turn, and prints what that took. The options are those of {@code
 * benchmarks/recordings}.
 */
public final class RecordingBenchmark {
  private static final String READERS = "io.stranded.benchmarks.readers.";

  /** One reader on one file. */
  private record Result(long megabytes, long events, String reader, Optional<Run> run) {}

  private final Path root = Path.of(System.getProperty("stranded.root"));
  private final String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
  private final List<Long> sizes;
  private final Path directory;
  private final String heap;
  private final String missionControlHeap;
  private final int runs;

  private RecordingBenchmark(String[] args) {
    sizes = Arrays.stream(args[0].split(",", -1)).map(RecordingBenchmark::megabytes).toList();
    directory = Path.of(args[1]);
    heap = args[2];
    missionControlHeap = args[3];
    runs = Integer.parseInt(args[4]);
  }

  /** Arguments: sizes in gigabytes, directory, heap, heap of Mission Control, runs. */
  public static void main(String[] args) throws IOException, InterruptedException {
    new RecordingBenchmark(args).run();
  }

  private static long megabytes(String gigabytes) {
    return Math.round(Double.parseDouble(gigabytes) * 1024);
  }

  private void run() throws IOException, InterruptedException {
    List<Result> results = new ArrayList<>();
    for (long megabytes : sizes) {
      Path file = directory.resolve("recording-" + megabytes + ".jfr");
      make(megabytes, file);
      results.addAll(measure(megabytes, file));
      Files.delete(file);
    }
    System.out.println(table(results));
  }

  private void make(long megabytes, Path file) throws IOException, InterruptedException {
    System.err.println("making " + file.getFileName());
    Run run =
        Run.of(
            List.of(
                java,
                "-XX:FlightRecorderOptions:repository=" + directory + ",memorysize=256m",
                "-cp",
                classes(),
                RecordingMaker.class.getName(),
                Long.toString(megabytes),
                file.toString()));
    if (run.exit() != 0) {
      throw new IllegalStateException(String.join("\n", run.output()));
    }
  }

  private List<Result> measure(long megabytes, Path file) throws IOException, InterruptedException {
    List<String> ours =
        List.of("-jar", root.resolve("cli/target/stranded.jar").toString(), "replay");
    List<String> recordingFile = List.of("-cp", classes(), READERS + "RecordingFileReader");
    List<String> missionControl =
        List.of(
            "-cp",
            classes() + ":" + root.resolve("benchmarks/target/readers/jmc") + "/*",
            READERS + "MissionControlReader");
    Run counted = median(heap, recordingFile, file).orElseThrow();
    long events = counted.printed("events").orElseThrow();
    counted
        .printed("losses")
        .filter(losses -> losses > 0)
        .ifPresent(losses -> System.err.println("the recorder lost events " + losses + " times"));
    return List.of(
        new Result(megabytes, events, "stranded replay", median(heap, ours, file)),
        new Result(megabytes, events, "RecordingFile", Optional.of(counted)),
        new Result(
            megabytes,
            events,
            "Mission Control",
            median(missionControlHeap, missionControl, file)));
  }

  /** The run of middle CPU time; empty if the reader fails. */
  private Optional<Run> median(String itsHeap, List<String> reader, Path file)
      throws IOException, InterruptedException {
    List<Run> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      try (InputStream in = Files.newInputStream(file)) {
        // Everybody finds the file in memory.
        in.transferTo(OutputStream.nullOutputStream());
      }
      List<String> command = new ArrayList<>(List.of("taskset", "-c", "0", java, "-Xmx" + itsHeap));
      command.addAll(reader);
      command.add(file.toString());
      Run run = Run.of(command);
      if (run.exit() != 0) {
        System.err.println(
            String.join(" ", reader) + ": " + run.output().stream().findFirst().orElse(""));
        return Optional.empty();
      }
      System.err.printf(
          Locale.ROOT, "%s: %.1f s CPU%n", reader.get(reader.size() - 1), run.cpuSeconds());
      all.add(run);
    }
    all.sort(Comparator.comparingDouble(Run::cpuSeconds));
    return Optional.of(all.get((all.size() - 1) / 2));
  }

  private String classes() {
    return root.resolve("benchmarks/target/classes").toString();
  }

  private static String table(List<Result> results) {
    StringBuilder table = new StringBuilder();
    table.append(
        """
        | recording | events | reader | CPU s | million events per CPU s | wall s | RSS MB |
        |---|--:|---|--:|--:|--:|--:|
        """);
    for (Result result : results) {
      String size =
          String.format(Locale.ROOT, "%.1f GB | %,d", result.megabytes / 1024.0, result.events);
      table.append(
          result
              .run
              .map(
                  run ->
                      String.format(
                          Locale.ROOT,
                          "| %s | %s | %.1f | %.2f | %.1f | %d |%n",
                          size,
                          result.reader,
                          run.cpuSeconds(),
                          result.events / run.cpuSeconds() / 1e6,
                          run.wallSeconds(),
                          run.peakRss() >> 20))
              .orElseGet(() -> "| " + size + " | " + result.reader + " | fails | | | |\n"));
    }
    return table.toString();
  }
}
