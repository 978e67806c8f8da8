package io.stranded.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recordings that the real agent has written into. */
final class AgentRecordingTest {
  /** Only against an agent that never reports. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;

  AgentRecordingTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @BeforeAll
  static void requireAgent() {
    assumeTrue(Files.exists(RealRecordings.AGENT), "the agent is packed by mvn package");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leaksAreFoundWithTheirCreators(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = RealRecordings.startWithAgent(jdk, directory, "leaking")) {
      LeakProfile profile = awaitCauses(jvm, ReplayTest.leaks(jdk));
      assertThat(profile.findings())
          .allSatisfy(
              finding ->
                  assertThat(finding.createdBy())
                      .anyMatch(frame -> frame.contains("Leaks.startAll(Leaks.java:"))
                      .noneMatch(frame -> frame.contains("StrandedHooks"))
                      .noneMatch(frame -> frame.contains("stranded.agent")))
          .allSatisfy(
              finding ->
                  assertThat(finding.threads()).allMatch(thread -> thread.parkedFor().isPresent()));
      assertThat(profile.notes()).noneMatch(note -> note.contains("agent"));
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void waitsThatEndedAreNotFound(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = RealRecordings.startWithAgent(jdk, directory, "healthy")) {
      // Reported while they lasted: the same threads as in the leaking twin, and the lock's owner.
      Instant deadline = Instant.now().plus(PATIENCE);
      while (!RealRecordings.causes(replay(jvm)).keySet().containsAll(List.of("latch-1", "heir"))) {
        assertThat(Instant.now()).isBefore(deadline);
      }
      RealRecordings.release(jvm);
      awaitCauses(jvm, Map.of());
    }
  }

  /** Replays again and again until the agent has reported all. */
  private LeakProfile awaitCauses(ForkedJvm jvm, Map<String, String> expected) throws IOException {
    Instant deadline = Instant.now().plus(PATIENCE);
    LeakProfile profile = replay(jvm);
    while (!agentReportedOnly(profile, expected)) {
      if (Instant.now().isAfter(deadline)) {
        assertThat(RealRecordings.causes(profile)).isEqualTo(expected);
        throw new AssertionError("not reported by the agent: " + profile);
      }
      profile = replay(jvm);
    }
    return profile;
  }

  /** Dumps tell of the same waits before the agent does, but not since when. */
  private static boolean agentReportedOnly(LeakProfile profile, Map<String, String> expected) {
    return RealRecordings.causes(profile).equals(expected)
        && profile.findings().stream()
            .allMatch(f -> f.evidence().stream().anyMatch(line -> line.contains("by the agent")));
  }

  private LeakProfile replay(ForkedJvm jvm) throws IOException {
    Path file = RealRecordings.dump(jvm, directory.resolve("replay.jfr"));
    LeakProfile profile = RecordingAnalyzer.analyze(List.of(file), ReplayOptions.defaults());
    Files.delete(file);
    return profile;
  }
}
