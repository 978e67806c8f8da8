package io.stranded.report;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together what a watch reports change by change: all findings that are open. A profile whose
 * findings have no life stands for itself.
 */
public final class ProfileFold {
  private final Map<String, Finding> open = new LinkedHashMap<>();

  /** Takes in the next profile and returns the whole as it stands then. */
  public LeakProfile add(LeakProfile profile) {
    if (profile.findings().stream().noneMatch(finding -> finding.life().isPresent())) {
      open.clear();
      return profile;
    }
    for (Finding finding : profile.findings()) {
      String key = key(profile, finding);
      if (finding.life().filter(life -> life.stage() == Life.Stage.RESOLVED).isPresent()) {
        open.remove(key);
      } else {
        open.put(key, finding);
      }
    }
    List<Finding> all = new ArrayList<>(open.values());
    all.sort(
        (one, other) ->
            one.verdict() == other.verdict()
                ? Integer.compare(other.count(), one.count())
                : one.verdict().compareTo(other.verdict()));
    return new LeakProfile(
        profile.target(),
        profile.takenAt(),
        profile.dump(),
        ThreadCounts.of(profile.threads().total(), profile.threads().candidates(), all),
        all,
        profile.notes(),
        profile.unknowns());
  }

  private static String key(LeakProfile profile, Finding finding) {
    return profile.target().map(Target::instanceId).orElse("") + '|' + LeakKinds.key(finding);
  }
}
