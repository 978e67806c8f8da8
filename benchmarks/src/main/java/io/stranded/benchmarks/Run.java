package io.stranded.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one process took, all its threads included.
 *
 * @param exit its exit code
 * @param cpuSeconds user and system time
 * @param wallSeconds from start to end
 * @param peakRss most resident bytes, pages of mapped files included
 * @param peakAnonymous most resident bytes without those, as sampled every 20 ms
 * @param output what it wrote
 */
record Run(
    int exit,
    double cpuSeconds,
    double wallSeconds,
    long peakRss,
    long peakAnonymous,
    List<String> output) {

  /** Runs a command under GNU time. */
  static Run of(List<String> command) throws IOException, InterruptedException {
    Path times = Files.createTempFile("benchmark", ".times");
    Path output = Files.createTempFile("benchmark", ".out");
    try {
      List<String> timed =
          new ArrayList<>(List.of("/usr/bin/time", "-f", "%U %S %e %M", "-o", times.toString()));
      timed.addAll(command);
      Process process =
          new ProcessBuilder(timed)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      long peakAnonymous = 0;
      while (process.isAlive()) {
        peakAnonymous = Math.max(peakAnonymous, anonymousBytes(process));
        Thread.sleep(20);
      }
      List<String> lines = Files.readAllLines(times);
      if (lines.isEmpty()) {
        throw new IllegalStateException("killed: " + String.join(" ", command));
      }
      String[] fields = lines.get(lines.size() - 1).split(" ", -1);
      return new Run(
          process.exitValue(),
          Double.parseDouble(fields[0]) + Double.parseDouble(fields[1]),
          Double.parseDouble(fields[2]),
          Long.parseLong(fields[3]) << 10,
          peakAnonymous,
          Files.readAllLines(output));
    } finally {
      Files.delete(times);
      Files.delete(output);
    }
  }

  /** The number behind a word that starts a line of the output. */
  Optional<Long> printed(String word) {
    return output.stream()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> Long.parseLong(line.substring(word.length() + 1)))
        .findFirst();
  }

  private static long anonymousBytes(Process process) {
    return process
        .children()
        .findFirst()
        .flatMap(child -> status(Path.of("/proc/" + child.pid() + "/status"), "RssAnon:"))
        .map(kilobytes -> kilobytes << 10)
        .orElse(0L);
  }

  private static Optional<Long> status(Path file, String key) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(key))
          .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException e) {
      // The process has just ended.
      return Optional.empty();
    }
  }
}
