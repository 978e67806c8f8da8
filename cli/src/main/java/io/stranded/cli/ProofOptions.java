package io.stranded.cli;

import io.stranded.watch.Proof;
import java.time.Duration;
import picocli.CommandLine.Option;

/** By what leaks of a running JVM are proved. */
final class ProofOptions {
  /** More often would be a load for a target, however small its heap. */
  private static final Duration LEAST = Duration.ofMillis(100);

  @Option(
      names = "--proof",
      paramLabel = "PROOF",
      defaultValue = "auto",
      description =
          "auto: frozen snapshots, which stop the target for milliseconds and write nothing "
              + "of what lives; heap dumps where there can be none, such as with ZGC. snapshot: "
              + "never a dump. dump: heap dumps only (default: ${DEFAULT-VALUE}).")
  private Proof proof = Proof.AUTO;

  @Option(
      names = "--snapshot-interval",
      paramLabel = "DURATION",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description =
          "Least time between two snapshots of a target, which becomes longer where they "
              + "are dear (default: ${DEFAULT-VALUE}).")
  private Duration interval = Duration.ofSeconds(2);

  Proof proof() {
    return proof;
  }

  /**
   * The least time between two snapshots.
   *
   * @throws IllegalArgumentException if it is too short
   */
  Duration interval() {
    if (interval.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(
          "--snapshot-interval must not be less than " + LEAST.toMillis() + "ms");
    }
    return interval;
  }
}
