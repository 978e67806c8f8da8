package io.stranded.watch;

import io.stranded.finding.Target;
import java.time.Duration;

/**
 * What is known of one JVM however often the connection to it is lost.
 *
 * @param target the JVM
 * @param lives its findings
 * @param judged what dumps have shown of its groups of threads
 * @param dumps those that were taken
 * @param snapshots those that were taken
 * @param holders who holds what its suspects wait on
 */
record TargetMemory(
    Target target,
    FindingLives lives,
    JudgedGroups judged,
    DumpsTaken dumps,
    SnapshotsTaken snapshots,
    Holders holders) {
  static TargetMemory fresh(Target target, Duration provenFor) {
    return new TargetMemory(
        target,
        new FindingLives(),
        new JudgedGroups(provenFor),
        new DumpsTaken(),
        new SnapshotsTaken(),
        new Holders());
  }
}
