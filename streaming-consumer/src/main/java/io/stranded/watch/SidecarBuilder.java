package io.stranded.watch;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A sidecar to be, with the defaults of {@code stranded watch} for all that is not said. Not safe
 * for use by several threads; may build more than one.
 *
 * <pre>{@code
 * Sidecar sidecar = Sidecar.builder(sink).minAge(Duration.ofMinutes(5)).log(logger::info).build();
 * sidecar.watchOwnJvm();
 * }</pre>
 */
public final class SidecarBuilder {
  private final FindingSink sink;
  private Duration minAge = Duration.ofSeconds(60);
  private Duration interval = Duration.ofSeconds(1);
  private Proof proof = Proof.AUTO;
  private Duration snapshotInterval = Duration.ofSeconds(2);
  private DumpBudget budget =
      new DumpBudget(
          /* dumps= */ true,
          Duration.ofMinutes(5),
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          1L << 30,
          Optional.empty());
  private Duration provenFor = Duration.ofHours(6);
  private Path dumpDirectory = Path.of(System.getProperty("java.io.tmpdir"));
  private boolean keepDumps;
  private boolean agent = true;
  private boolean once;
  private Optional<Path> stateDirectory = Optional.empty();
  private UnaryOperator<LeakProfile> selection = UnaryOperator.identity();
  private Consumer<String> log = line -> {};

  SidecarBuilder(FindingSink sink) {
    this.sink = Objects.requireNonNull(sink);
  }

  /** Threads are suspects once they have been in one untimed wait for so long: 60 seconds. */
  public SidecarBuilder minAge(Duration age) {
    minAge = positive(age);
    return this;
  }

  /** Time between two looks at the suspects: a second. */
  public SidecarBuilder interval(Duration time) {
    interval = positive(time);
    return this;
  }

  /** What leaks are proved by: {@link Proof#AUTO}. */
  public SidecarBuilder proof(Proof by) {
    proof = by;
    return this;
  }

  /** Least time between two snapshots of a target: two seconds. */
  public SidecarBuilder snapshotInterval(Duration time) {
    snapshotInterval = time;
    return this;
  }

  /** What heap dumps may cost a target: one in five minutes that leaves a gigabyte of disk free. */
  public SidecarBuilder dumpBudget(DumpBudget most) {
    budget = most;
    return this;
  }

  /** Findings that are still there after this time are proved again: six hours. */
  public SidecarBuilder provenFor(Duration time) {
    provenFor = positive(time);
    return this;
  }

  /** Where heap dumps go for the time of their analysis: the system's temporary directory. */
  public SidecarBuilder dumpDirectory(Path directory) {
    dumpDirectory = directory.toAbsolutePath();
    return this;
  }

  /** Leaves heap dumps there, and what snapshots have written. */
  public SidecarBuilder keepDumps() {
    keepDumps = true;
    return this;
  }

  /** Does not load the agent into targets, so that only their platform threads are seen. */
  public SidecarBuilder withoutAgent() {
    agent = false;
    return this;
  }

  /** Ends after one round. */
  public SidecarBuilder once() {
    once = true;
    return this;
  }

  /** Where to keep what a restarted sidecar must know; unless it is given, each begins anew. */
  public SidecarBuilder stateDirectory(Path directory) {
    stateDirectory = Optional.of(directory);
    return this;
  }

  /** The part of each profile that the sink gets: all of it. */
  public SidecarBuilder selection(UnaryOperator<LeakProfile> part) {
    selection = part;
    return this;
  }

  /** Hears one line for each thing done, from several threads: nobody. */
  public SidecarBuilder log(Consumer<String> lines) {
    log = lines;
    return this;
  }

  /**
   * A sidecar that watches nothing yet.
   *
   * @throws IOException if the state directory cannot be made
   */
  public Sidecar build() throws IOException {
    WatchOptions options =
        new WatchOptions(
            minAge,
            interval,
            proof,
            snapshotInterval,
            budget,
            provenFor,
            dumpDirectory,
            keepDumps,
            agent,
            once,
            stateDirectory);
    return new Sidecar(options, sink, selection, log);
  }

  private static Duration positive(Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("must be longer than nothing: " + time);
    }
    return time;
  }
}
