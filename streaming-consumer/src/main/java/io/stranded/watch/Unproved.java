package io.stranded.watch;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.ThreadCounts;
import io.stranded.internal.timeline.Suspect;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reports the suspects of one JVM while nothing can be proved of them, and says once why. */
final class Unproved {
  /** What there is none of. */
  enum Kind {
    DUMP("heap dump"),
    SNAPSHOT("snapshot");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private final Watched watched;
  private final Kind kind;
  private String told = "";

  Unproved(Watched watched, Kind kind) {
    this.watched = watched;
    this.kind = kind;
  }

  /** It can be proved again: the next reason is worth a line. */
  void isOver() {
    told = "";
  }

  /**
   * Says why nothing is proved, unless that was the last thing said.
   *
   * @param instead what is done about it; may be empty
   */
  void tell(String reason, String instead) {
    if (told.isEmpty() || DumpBudget.differ(reason, told)) {
      watched
          .log()
          .accept("no " + kind.word + " of " + watched.target().pid() + ": " + reason + instead);
    }
    told = reason;
  }

  /** Says so, and reports the suspects as such. */
  void report(List<Suspect> suspects, String reason, Instant now) throws IOException {
    tell(reason, "");
    String why = "no " + kind.word + " was taken: " + reason;
    List<Finding> found = SuspectFindings.of(suspects, watched.timeline(), now, why);
    long threads = watched.target().threads().getThreadCount();
    int waiting = watched.timeline().openCount();
    if (watched.options().once()) {
      watched
          .reports()
          .send(
              watched
                  .outlet()
                  .select(
                      new LeakProfile(
                          Optional.of(watched.target().identity()),
                          now,
                          Optional.empty(),
                          ThreadCounts.of(threads, waiting, found),
                          found,
                          List.of())));
    } else {
      watched
          .reports()
          .changed(
              watched.lives().suspected(found, joined(suspects), why, now),
              Optional.empty(),
              threads,
              waiting,
              now);
    }
  }

  private Set<Long> joined(List<Suspect> suspects) {
    Set<Long> leaked = watched.lives().leakedThreads().keySet();
    Set<Long> joined = new HashSet<>();
    suspects.forEach(suspect -> joined.addAll(watched.memory().judged().joined(suspect, leaked)));
    return joined;
  }
}
