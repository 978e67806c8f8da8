package io.stranded.watch;

import io.stranded.cli.Distribution;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.report.ProfileJsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a sidecar reports into a file, line by line, while it runs. */
record ReportFile(Path path) {
  private static final long PATIENCE_SECONDS = 300;

  /** Starts a watch that soon reports into it, with these arguments besides, or instead. */
  Distribution watch(Path dumpDirectory, List<String> more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "watch",
                "--min-age=1s",
                "--dump-interval=1s",
                "--format=json",
                "--output=" + path,
                "--dump-dir=" + dumpDirectory));
    args.removeIf(arg -> more.stream().anyMatch(other -> isSameOption(arg, other)));
    args.addAll(more);
    return Distribution.start(args.toArray(String[]::new));
  }

  private static boolean isSameOption(String one, String other) {
    int end = one.indexOf('=');
    return end > 0 && other.startsWith(one.substring(0, end + 1));
  }

  /** Waits for a finding. */
  Finding await(Predicate<Finding> wanted) throws IOException {
    return await(wanted, profile -> true);
  }

  /** Waits for a finding about a process. */
  Finding await(Predicate<Finding> wanted, long pid) throws IOException {
    return await(wanted, profile -> profile.target().orElseThrow().pid() == pid);
  }

  List<Finding> findings() throws IOException {
    return profiles().stream().flatMap(profile -> profile.findings().stream()).toList();
  }

  static Life.Stage stage(Finding finding) {
    return finding.life().orElseThrow().stage();
  }

  static Instant firstSeen(Finding finding) {
    return finding.life().map(Life::firstSeen).orElseThrow();
  }

  private Finding await(Predicate<Finding> wanted, Predicate<LeakProfile> where)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      for (LeakProfile profile : profiles()) {
        if (where.test(profile)) {
          for (Finding finding : profile.findings()) {
            if (wanted.test(finding)) {
              return finding;
            }
          }
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("not in the report: " + profiles());
  }

  List<LeakProfile> profiles() throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    String text = Files.readString(path);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(ProfileJsonReader::parse)
        .toList();
  }
}
