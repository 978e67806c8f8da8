package io.stranded.silence;

import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.ThreadDumpFacts;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.ForkedJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Takes frozen snapshots as a user does: by {@code stranded snapshot}. */
final class Snapshots {
  private final Path command;

  Snapshots(Path root) {
    this.command = root.resolve("scripts/stranded");
  }

  /**
   * Takes a snapshot and judges it.
   *
   * @param island where it may be written
   * @return empty if all threads lived and nothing was written
   * @throws IOException if there was no snapshot; the message tells why
   */
  Optional<LeakProfile> take(ForkedJvm jvm, Path island) throws IOException {
    Path facts = Path.of(island.toString().replaceFirst("\\.hprof$", ".threads.json"));
    Process process =
        new ProcessBuilder(
                List.of(
                    command.toString(),
                    "snapshot",
                    "--settle",
                    "1s",
                    "--output",
                    island.toString(),
                    "" + jvm.pid()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (!Files.exists(island)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LeakAnalyzer().facts(ThreadDumpFacts.read(facts)).analyze(island));
    } finally {
      Files.delete(facts);
    }
  }
}
