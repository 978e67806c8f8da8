package io.stranded.testing;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hand-made profiles for tests of reports and sinks. */
public final class Profiles {
  private Profiles() {}

  /** A finding on an abandoned latch with the given fingerprint (16 hex digits). */
  public static Finding latchFinding(String fingerprint) {
    return new Finding(
        fingerprint,
        Verdict.LEAKED,
        Optional.of(Confidence.PROVEN),
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "1 thread waits for a CountDownLatch that nothing live can count down",
        new SyncObject("java.util.concurrent.CountDownLatch", "parked", Map.of("count", 1L)),
        List.of(new FoundThread("import-7", 42, false, Optional.of(Duration.ofSeconds(61)))),
        4096,
        List.of(
            "java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)",
            "app.Import.run(Import.java:17)"),
        List.of(),
        List.of("latch count is 1"));
  }

  /** The same where live code could interrupt the thread. */
  public static Finding stuckFinding(String fingerprint) {
    return stuck(
        latchFinding(fingerprint),
        List.of("live code still holds the Thread and could interrupt it"));
  }

  /**
   * A finding that an interrupt could end, for what a leaked one says, with evidence of its own.
   */
  public static Finding stuck(Finding leaked, List<String> evidence) {
    return new Finding(
        leaked.fingerprint(),
        leaked.verdict(),
        Optional.of(Confidence.INTERRUPT_ONLY),
        leaked.cause(),
        leaked.summary(),
        leaked.blockedOn(),
        leaked.threads(),
        leaked.pinnedBytes(),
        leaked.stack(),
        leaked.createdBy(),
        evidence);
  }

  /** A profile of the given target with the given findings. */
  public static LeakProfile profile(String instanceId, List<Finding> findings) {
    return new LeakProfile(
        Optional.of(new Target("orders", instanceId, "host-1", 4711, "17.0.15+6")),
        Instant.parse("2026-11-21T10:15:30.123Z"),
        Optional.of(new DumpInfo(true, RootPrecision.AS_DUMPED, 120_000, 9_000_000)),
        ThreadCounts.of(30, 12, findings),
        findings,
        List.of("roots as dumped"));
  }
}
