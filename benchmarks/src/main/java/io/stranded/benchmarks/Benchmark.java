package io.stranded.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes dumps, lets each reader have its turn on them, and prints what that took. */
public final class Benchmark {
  /** Larger dumps are not marked a second time only to count. */
  private static final long MOST_TO_COUNT = 1024;

  private final Options options;
  private final String java = Path.of(System.getProperty("java.home"), "bin/java").toString();

  private Benchmark(Options options) {
    this.options = options;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Options options;
    try {
      options = Options.parse(Path.of(System.getProperty("stranded.root")), args);
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks/run: " + e.getMessage());
      System.exit(2);
      return;
    }
    new Benchmark(options).run();
  }

  private void run() throws IOException, InterruptedException {
    Files.createDirectories(options.directory());
    List<Result> results = new ArrayList<>();
    List<String> heaps = new ArrayList<>();
    for (long megabytes : options.sizes()) {
      for (Shape shape : options.shapes()) {
        Path dump = options.directory().resolve(shape + "-" + megabytes + ".hprof");
        make(shape, megabytes, dump);
        results.addAll(measure(shape, megabytes, dump));
        if (options.leastHeap()) {
          long least = leastHeap(dump);
          heaps.add(
              String.format(
                  "%s %s: runs in -Xmx%dm, %.1f bytes per object",
                  Report.gigabytes(megabytes / 1024.0),
                  shape,
                  least,
                  least * 1048576.0 / results.get(results.size() - 1).objects()));
        }
        if (!options.keep()) {
          Files.delete(dump);
        }
      }
    }
    System.out.println(Report.table(results));
    heaps.forEach(System.out::println);
    if (options.plot().isPresent()) {
      Files.writeString(options.plot().get(), Plot.of(results));
    }
  }

  private void make(Shape shape, long megabytes, Path dump)
      throws IOException, InterruptedException {
    if (Files.exists(dump)) {
      return;
    }
    say("making " + dump.getFileName());
    List<String> command = new ArrayList<>(List.of(java, "-cp"));
    command.add(options.root().resolve("benchmarks/target/classes").toString());
    command.addAll(shape.maker(megabytes));
    command.add(dump.toString());
    expectSuccess(Run.of(command));
  }

  private List<Result> measure(Shape shape, long megabytes, Path dump)
      throws IOException, InterruptedException {
    Map<Reader, List<Run>> runs = new EnumMap<>(Reader.class);
    for (int i = 0; i < options.runs(); i++) {
      for (Reader reader : options.readers()) {
        Run run = run(reader.timed(options.root(), java, options.heap(), dump), dump);
        if (run.exit() != 0 && reader != Reader.STRANDED) {
          say(dump.getFileName() + " " + reader + " fails: " + run.output().get(0));
          continue;
        }
        expectSuccess(run);
        say(
            String.format(
                "%s %s: %.2f s CPU, %.2f s wall",
                dump.getFileName(), reader, run.cpuSeconds(), run.wallSeconds()));
        runs.computeIfAbsent(reader, key -> new ArrayList<>()).add(run);
      }
    }
    Run check = run(Reader.STRANDED.counted(options.root(), java, dump), dump);
    expectSuccess(check);
    long objects = check.printed("objects").orElseThrow();
    List<Result> results = new ArrayList<>();
    for (Map.Entry<Reader, List<Run>> entry : runs.entrySet()) {
      Reader reader = entry.getKey();
      Optional<Long> marked = entry.getValue().get(0).printed("marked");
      if (reader == Reader.STRANDED) {
        marked = check.printed("marked");
      } else if (marked.isEmpty() && megabytes <= MOST_TO_COUNT) {
        marked = run(reader.counted(options.root(), java, dump), dump).printed("marked");
      }
      results.add(new Result(shape, megabytes, objects, reader, entry.getValue(), marked));
    }
    return results;
  }

  /** The smallest Java heap in megabytes, to 5 %, that our command gives its whole answer in. */
  private long leastHeap(Path dump) throws IOException, InterruptedException {
    long enough = 4096;
    long tooSmall = 8;
    while (enough - tooSmall > enough / 20) {
      long middle = (enough + tooSmall) / 2;
      Run run = Run.of(Reader.analyze(options.root(), middle + "m", dump));
      say("-Xmx" + middle + "m: exit code " + run.exit());
      if (run.exit() == 0) {
        enough = middle;
      } else {
        tooSmall = middle;
      }
    }
    return enough;
  }

  private static Run run(List<String> command, Path dump) throws IOException, InterruptedException {
    // What NetBeans leaves there would make the next run a look-up.
    delete(dump.resolveSibling(dump.getFileName() + ".nbcache"));
    try (InputStream in = Files.newInputStream(dump)) {
      // Everybody finds the dump in memory.
      in.transferTo(OutputStream.nullOutputStream());
    }
    Run run = Run.of(command);
    delete(dump.resolveSibling(dump.getFileName() + ".nbcache"));
    return run;
  }

  private static void expectSuccess(Run run) {
    if (run.exit() != 0) {
      throw new IllegalStateException(
          "exit code " + run.exit() + ": " + String.join("\n", run.output()));
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
