package io.stranded.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spoils dumps and asks the {@link Oracle}. Short and always the same in the normal build; {@code
 * -Dstranded.fuzz.seconds=600} goes on with ever new seeds for so many seconds of CPU time, and
 * cuts the real dumps at every record.
 */
class DumpFuzzTest {
  private static final long SECONDS = Long.getLong("stranded.fuzz.seconds", 0);
  private static final int SHORT_ROUNDS = 60;
  private static final int RANDOM_CUTS = 1000;
  private static final int SHORT_CUTS = 40;

  @TempDir Path directory;

  /** A dump to spoil. */
  private record Seed(String name, DumpMutator mutator) {}

  @Test
  void spoiledDumpsGiveAProfileOrOneLine() throws IOException {
    List<Seed> seeds = seeds();
    long end = cpuNanos() + TimeUnit.SECONDS.toNanos(SECONDS);
    long inputs = 0;
    long slowest = 0;
    for (long number = 0; number < SHORT_ROUNDS || cpuNanos() < end; number++) {
      for (Seed seed : seeds) {
        long start = cpuNanos();
        check(seed, number);
        slowest = Math.max(slowest, cpuNanos() - start);
        inputs++;
      }
    }
    System.out.printf(
        "FUZZ %d inputs, slowest %d ms of CPU%n", inputs, TimeUnit.NANOSECONDS.toMillis(slowest));
  }

  @Test
  void realDumpsCutAnywhereProveNothing() throws IOException {
    for (Map.Entry<String, Path> dump : Seeds.real(directory).entrySet()) {
      assertThat(leaks(dump.getValue())).as(dump.getKey()).isTrue();
      int[] boundaries = Records.boundaries(dump.getValue());
      int step = SECONDS > 0 ? 1 : Math.max(1, boundaries.length / SHORT_CUTS);
      SplittableRandom random = new SplittableRandom(17);
      List<Integer> cuts = new ArrayList<>();
      for (int i = 0; i < boundaries.length; i += step) {
        cuts.add(boundaries[i]);
      }
      for (int i = 0; i < (SECONDS > 0 ? RANDOM_CUTS : SHORT_CUTS); i++) {
        cuts.add(boundaries[0] + random.nextInt((int) Files.size(dump.getValue()) - boundaries[0]));
      }
      // From the end on: the file only ever gets shorter.
      cuts.sort((a, b) -> b - a);
      try (RandomAccessFile file = new RandomAccessFile(dump.getValue().toFile(), "rw")) {
        for (int cut : cuts) {
          file.setLength(cut);
          checkCut(dump, cut);
        }
      }
      System.out.printf("FUZZ %s: %d cuts%n", dump.getKey(), cuts.size());
    }
  }

  private static void checkCut(Map.Entry<String, Path> dump, int cut) throws IOException {
    try {
      Oracle.check(dump.getValue(), cut, /* cut= */ true);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(dump.getKey() + " cut at " + cut, e);
    }
  }

  private void check(Seed seed, long number) throws IOException {
    byte[] bytes = seed.mutator().mutate(number);
    Path input = Files.write(directory.resolve("input.hprof"), bytes);
    try {
      Oracle.check(input, bytes.length, DumpMutator.onlyCuts(number));
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed.name() + ", number " + number, e);
    }
  }

  private List<Seed> seeds() throws IOException {
    Map<String, byte[]> dumps = Seeds.byHand();
    dumps.putAll(Seeds.small(Seeds.real(directory)));
    List<Seed> seeds = new ArrayList<>();
    for (Map.Entry<String, byte[]> dump : dumps.entrySet()) {
      Path file = Seeds.write(directory, dump.getKey(), dump.getValue());
      // Otherwise there is nothing to lose.
      assertThat(leaks(file)).as(dump.getKey()).isTrue();
      boolean packed = dump.getKey().endsWith("gzip");
      int[] boundaries = packed ? new int[0] : Records.boundaries(file);
      seeds.add(new Seed(dump.getKey(), new DumpMutator(dump.getValue(), boundaries)));
    }
    return seeds;
  }

  private static boolean leaks(Path dump) throws IOException {
    LeakProfile profile = new LeakAnalyzer().analyze(dump);
    return profile.dump().orElseThrow().complete()
        && profile.findings().stream().anyMatch(f -> f.verdict() == Verdict.LEAKED);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
