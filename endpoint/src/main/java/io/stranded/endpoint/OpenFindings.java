package io.stranded.endpoint;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Target;
import io.stranded.report.ProfileFold;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The findings that are open now, JVM by JVM, and how many changes of them there were. Safe for use
 * by several threads.
 */
public final class OpenFindings implements FindingSink {
  private record Jvm(ProfileFold fold, LeakProfile profile) {}

  private final Map<String, Jvm> jvms = new TreeMap<>();
  private final Map<Life.Stage, Long> changes = new EnumMap<>(Life.Stage.class);
  private long version;

  /** None yet. */
  public OpenFindings() {
    for (Life.Stage stage : Life.Stage.values()) {
      changes.put(stage, 0L);
    }
  }

  @Override
  public synchronized void accept(LeakProfile profile) {
    String key = profile.target().map(Target::instanceId).orElse("");
    Jvm known = jvms.get(key);
    ProfileFold fold = known == null ? new ProfileFold() : known.fold();
    jvms.put(key, new Jvm(fold, fold.add(profile)));
    profile.findings().stream()
        .flatMap(finding -> finding.life().stream())
        .forEach(life -> changes.merge(life.stage(), 1L, Long::sum));
    version++;
  }

  @Override
  public synchronized void gone(Target target) {
    jvms.remove(target.instanceId());
    version++;
  }

  /** What earlier runs have opened is shown as well. */
  @Override
  public boolean startsEmpty() {
    return true;
  }

  /** The findings of each JVM of which there was ever a report, as of now. */
  public synchronized List<LeakProfile> profiles() {
    Instant now = Instant.now();
    return jvms.values().stream().map(jvm -> jvm.profile().later(now)).toList();
  }

  /** How many changes of findings were reported, by what became of them. */
  synchronized Map<Life.Stage, Long> changes() {
    return new EnumMap<>(changes);
  }

  /** Another number after each change. */
  synchronized long version() {
    return version;
  }

  /** Only findings of one kind, of JVMs that have it. */
  static List<LeakProfile> ofKind(List<LeakProfile> profiles, String fingerprint) {
    return profiles.stream()
        .map(profile -> only(profile, fingerprint))
        .filter(profile -> !profile.findings().isEmpty())
        .toList();
  }

  private static LeakProfile only(LeakProfile profile, String fingerprint) {
    return profile.withFindings(
        profile.findings().stream().filter(f -> f.fingerprint().equals(fingerprint)).toList());
  }

  @Override
  public void close() {}
}
