package io.stranded.watch;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.finding.Verdict;
import io.stranded.internal.source.ThreadEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The open findings of one JVM, one for each kind of leak. Whatever becomes of one is told once:
 * each method that may change them returns those to report. Safe for use by several threads.
 */
final class FindingLives {
  private final Map<String, OpenFinding> open = new LinkedHashMap<>();

  /** The key of the finding in which each thread is. */
  private final Map<Long, String> keys = new HashMap<>();

  private final Set<String> shrunk = new HashSet<>();

  /** The fingerprint under which a finding is told, by others that it has or had. */
  private final Map<String, String> aliases = new HashMap<>();

  /** Takes in what has happened to a thread. */
  synchronized void accept(ThreadEvent event) {
    if (event instanceof ThreadEvent.Ended ended) {
      remove(ended.threadId(), /* ranAgain= */ false);
    } else if (event instanceof ThreadEvent.Released released) {
      remove(released.threadId(), /* ranAgain= */ true);
    }
  }

  /** Takes in which threads are known to wait still. */
  synchronized void waiting(Set<Long> threads, Instant now) {
    open.values().forEach(finding -> finding.waiting(threads, now));
  }

  /** Takes out platform threads that are none of these. */
  synchronized void retain(Set<Long> platformThreads) {
    for (OpenFinding finding : open.values()) {
      for (FoundThread thread : finding.threads()) {
        if (!thread.virtual() && !platformThreads.contains(thread.id())) {
          remove(thread.id(), /* ranAgain= */ false);
        }
      }
    }
  }

  /**
   * Takes in what a heap dump has shown, of each kind what is surest.
   *
   * @param undecided threads of which the dump does not tell whether they are leaked
   */
  synchronized List<Finding> found(List<Finding> findings, Set<Long> undecided, Instant now) {
    return found(findings, undecided, /* whole= */ true, now);
  }

  /**
   * The same for a snapshot, which may take a leaked thread for live: those that were proved before
   * and wait still stay proved.
   */
  synchronized List<Finding> foundFrozen(List<Finding> findings, Set<Long> undecided, Instant now) {
    return found(findings, undecided, /* whole= */ false, now);
  }

  private List<Finding> found(
      List<Finding> findings, Set<Long> undecided, boolean whole, Instant now) {
    List<Finding> news = new ArrayList<>();
    for (Finding finding : named(LeakKinds.surest(findings), news)) {
      seen(finding, whole, now).ifPresent(news::add);
    }
    open.values().stream()
        .filter(OpenFinding::isRenamed)
        .forEach(finding -> news.add(finding.openedAnew()));
    for (Map.Entry<String, OpenFinding> entry : List.copyOf(open.entrySet())) {
      OpenFinding finding = entry.getValue();
      if (finding.verdict() == Verdict.SUSPECT
          && !finding.cause().isBeyondProof()
          && !finding.isElsewhere()
          && finding.threads().stream().noneMatch(thread -> undecided.contains(thread.id()))) {
        open.remove(entry.getKey());
        news.add(finding.resolved("a closer look has shown what can still end the wait"));
      }
    }
    return news;
  }

  /**
   * Takes in suspects for which there was no heap dump: known ones count when they have doubled, or
   * have been more for a minute. Those of a kind that a dump has judged do not count; that they
   * have joined it is told at the same times.
   *
   * @param joined those that came to wait since a dump has judged their group
   * @param reason why there was none
   */
  synchronized List<Finding> suspected(
      List<Finding> suspects, Set<Long> joined, String reason, Instant now) {
    List<Finding> news = new ArrayList<>();
    for (Finding suspect : named(suspects, /* renamed= */ null)) {
      Optional<OpenFinding> judged = judged(suspect);
      OpenFinding known = open.get(suspect.fingerprint());
      if (judged.isPresent()) {
        long more = suspect.threads().stream().filter(t -> joined.contains(t.id())).count();
        judged.get().joined(more, reason, now).ifPresent(news::add);
      } else if (known == null || known.isGrowthDue(suspect.count(), now)) {
        seen(suspect, /* whole= */ true, now).ifPresent(news::add);
      }
    }
    return news;
  }

  /**
   * Takes in all that do not get on for a cause which no heap proves. One of which all threads do
   * again is told as resolved; known ones count when they have doubled, have been more for a
   * minute, or it is told by now who holds them.
   *
   * @param held the fingerprints of those of which nobody was told who holds their threads
   * @param unmoved threads that do still what they did, in a finding or not
   */
  synchronized List<Finding> observed(
      List<Finding> findings, Set<String> held, Set<Long> unmoved, Instant now) {
    List<Finding> news = new ArrayList<>();
    for (Finding finding : findings) {
      OpenFinding known = open.get(finding.fingerprint());
      Optional<OpenFinding> learned =
          Optional.ofNullable(known).filter(told -> held.contains(finding.fingerprint()));
      if (known == null || learned.isPresent() || known.isGrowthDue(finding.count(), now)) {
        seen(finding, /* whole= */ true, now)
            .or(() -> learned.map(told -> told.at(Life.Stage.CONFIRMED)))
            .ifPresent(news::add);
      }
    }
    for (Map.Entry<String, OpenFinding> entry : List.copyOf(open.entrySet())) {
      OpenFinding finding = entry.getValue();
      if (finding.cause().isBeyondProof()
          // Who stirs by nature is not told by whether it does.
          && finding.cause() != Cause.ORPHANED_TICKER
          && finding.cause() != Cause.GROWING
          && finding.threads().stream().noneMatch(thread -> unmoved.contains(thread.id()))) {
        open.remove(entry.getKey());
        news.add(finding.resolved("its threads were seen to get on, or to end"));
      }
    }
    return news;
  }

  /**
   * Takes in that threads have joined a group which was judged. It is told if there was no other
   * look for a minute.
   *
   * @param group the threads of the group
   * @param joined how many of them came since
   */
  synchronized Optional<Finding> grown(Set<Long> group, long joined, Instant now) {
    return group.stream()
        .map(id -> open.get(keys.getOrDefault(id, "")))
        .filter(finding -> finding != null && finding.verdict() != Verdict.SUSPECT)
        .findFirst()
        .flatMap(finding -> finding.waitedSince(joined, "no look since they came", now));
  }

  /**
   * Takes out the findings of which no thread waits any more, and tells of those that have fewer
   * threads once that is due.
   */
  synchronized List<Finding> resolved(Instant now) {
    List<Finding> news = new ArrayList<>();
    for (String key : List.copyOf(shrunk)) {
      OpenFinding finding = open.get(key);
      if (finding == null) {
        shrunk.remove(key);
      } else if (finding.count() == 0) {
        open.remove(key);
        shrunk.remove(key);
        news.add(
            finding.resolved(
                finding.isElsewhere()
                    ? "its threads are told by another finding, which is surer"
                    : "none of its threads waits there any more"));
      } else if (finding.isShrinkDue(now)) {
        shrunk.remove(key);
        news.add(finding.shrunk());
      }
    }
    return news;
  }

  /** Takes out all: the JVM has ended, and every thread with it. */
  synchronized List<Finding> ended() {
    List<Finding> news = new ArrayList<>();
    open.values().forEach(finding -> news.add(finding.resolved("the JVM has ended")));
    open.clear();
    keys.clear();
    aliases.clear();
    return news;
  }

  /** How many threads are in findings that stand so. */
  synchronized long count(Standing standing) {
    return open.values().stream()
        .filter(finding -> finding.standing() == standing)
        .mapToLong(OpenFinding::count)
        .sum();
  }

  /** The threads of which a closer look can tell no more. */
  synchronized Set<Long> provenThreads() {
    return open.values().stream()
        .filter(finding -> finding.standing() == Standing.LEAKED)
        .flatMap(finding -> finding.threads().stream())
        .map(FoundThread::id)
        .collect(Collectors.toSet());
  }

  /** The threads of open findings of a cause. */
  synchronized Set<Long> threadsOf(Cause cause) {
    return open.values().stream()
        .filter(finding -> finding.cause() == cause)
        .flatMap(finding -> finding.threads().stream())
        .map(FoundThread::id)
        .collect(Collectors.toSet());
  }

  /** The threads of leaked and stuck findings, and how surely they are so. */
  synchronized Map<Long, Confidence> leakedThreads() {
    Map<Long, Confidence> leaked = new HashMap<>();
    leakedFindings()
        .forEach(
            finding ->
                finding.threads().forEach(thread -> leaked.put(thread.id(), finding.confidence())));
    return leaked;
  }

  private Stream<OpenFinding> leakedFindings() {
    return open.values().stream().filter(finding -> finding.verdict() == Verdict.LEAKED);
  }

  /** All that are open, with what was last reported of each. */
  synchronized Map<Finding, OpenFinding.Told> all() {
    Map<Finding, OpenFinding.Told> all = new LinkedHashMap<>();
    open.values().forEach(finding -> all.put(finding.finding(), finding.told()));
    return all;
  }

  /** Goes on with what an earlier run has left. */
  synchronized void restore(Finding finding, OpenFinding.Told told) {
    String key = LeakKinds.key(finding);
    open.put(key, OpenFinding.restored(finding, told));
    finding.threads().forEach(thread -> keys.put(thread.id(), key));
    shrunk.add(key);
  }

  /**
   * The findings, each under the fingerprint by which it was told. Of whom it was learned since who
   * created its threads goes on under the fingerprint that says so; whoever is known less well than
   * before keeps the former.
   *
   * @param renamed takes the last word on each former fingerprint; null if none is to be given up
   */
  private List<Finding> named(List<Finding> findings, @Nullable List<Finding> renamed) {
    Set<String> taken = new HashSet<>();
    findings.forEach(finding -> taken.add(finding.fingerprint()));
    List<Finding> named = new ArrayList<>();
    for (Finding finding : findings) {
      Optional<String> known =
          isOpen(finding.fingerprint()) ? Optional.empty() : known(finding, taken);
      if (known.isEmpty()) {
        named.add(finding);
      } else if (renamed != null && finding.aliases().contains(known.get())) {
        aliases.replaceAll(
            (alias, name) -> name.equals(known.get()) ? finding.fingerprint() : name);
        aliases.put(known.get(), finding.fingerprint());
        renamed.addAll(renamed(known.get(), finding));
        named.add(finding);
      } else {
        taken.add(known.get());
        aliases.put(finding.fingerprint(), known.get());
        named.add(finding.under(known.get()));
      }
    }
    return named;
  }

  /** Has what is open go on under another fingerprint, and tells that it is over under its own. */
  private List<Finding> renamed(String known, Finding learned) {
    List<Finding> news = new ArrayList<>();
    for (String before : List.of(known, LeakKinds.stuckKey(known))) {
      OpenFinding finding = open.remove(before);
      if (finding != null) {
        news.add(finding.renamed(learned));
        String key = LeakKinds.key(finding.finding());
        open.put(key, finding);
        keys.replaceAll((thread, of) -> of.equals(before) ? key : of);
        if (shrunk.remove(before)) {
          shrunk.add(key);
        }
      }
    }
    return news;
  }

  /** The fingerprint under which most of its threads are open, for the same cause. */
  private Optional<String> known(Finding finding, Set<String> taken) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    Optional.ofNullable(aliases.get(finding.fingerprint())).ifPresent(key -> votes.put(key, 0));
    finding.threads().stream()
        .map(thread -> keys.get(thread.id()))
        .flatMap(Stream::ofNullable)
        .map(LeakKinds::fingerprint)
        .forEach(key -> votes.merge(key, 1, Integer::sum));
    return votes.entrySet().stream()
        .filter(vote -> !taken.contains(vote.getKey()))
        .filter(
            vote ->
                isSameKind(open.get(vote.getKey()), finding)
                    || isSameKind(open.get(LeakKinds.stuckKey(vote.getKey())), finding))
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey);
  }

  private boolean isOpen(String fingerprint) {
    return open.containsKey(fingerprint) || open.containsKey(LeakKinds.stuckKey(fingerprint));
  }

  private static boolean isSameKind(@Nullable OpenFinding known, Finding finding) {
    return known != null
        && known.finding().cause() == finding.cause()
        && known.finding().blockedOn().type().equals(finding.blockedOn().type());
  }

  /** Takes threads out of the findings that they were in before. */
  private void move(Finding finding, String key) {
    for (FoundThread thread : finding.threads()) {
      String before = keys.put(thread.id(), key);
      OpenFinding other = before == null || before.equals(key) ? null : open.get(before);
      if (before != null && other != null) {
        other.moved(thread.id());
        shrunk.add(before);
      }
    }
  }

  private Optional<Finding> seen(Finding found, boolean whole, Instant now) {
    // Who is proved to be leaked stays so.
    Optional<Finding> unproved =
        StuckBeside.leaked(
            found,
            Optional.ofNullable(open.get(found.fingerprint())).map(OpenFinding::standing),
            id -> found.fingerprint().equals(keys.get(id)));
    if (unproved.isEmpty()) {
      return Optional.empty();
    }
    Finding finding = unproved.get();
    String key = LeakKinds.key(finding);
    OpenFinding known = open.get(key);
    if (known != null && known.count() > 0 && LeakKinds.isSurer(known.finding(), finding)) {
      // What was proved stays so, whatever a later look at the same kind could not prove.
      return Optional.empty();
    }
    move(finding, key);
    if (known == null) {
      OpenFinding opened = OpenFinding.opened(finding, now);
      open.put(key, opened);
      return Optional.of(opened.at(Life.Stage.OPENED));
    }
    boolean news = known.seen(finding, whole, now);
    if (known.isRenamed()) {
      return Optional.of(known.openedAnew());
    }
    return news ? Optional.of(known.at(known.stage())) : Optional.empty();
  }

  private void remove(long threadId, boolean ranAgain) {
    OpenFinding of = open.get(keys.getOrDefault(threadId, ""));
    if (ranAgain && of != null && runsByNature(of.cause())) {
      return;
    }
    String key = keys.remove(threadId);
    OpenFinding finding = key == null ? null : open.get(key);
    if (key != null && finding != null) {
      finding.remove(threadId, ranAgain);
      shrunk.add(key);
    }
  }

  /** Whether it is no news that its threads run again. */
  private static boolean runsByNature(Cause cause) {
    return cause == Cause.ORPHANED_TICKER || cause == Cause.SPINNING || cause == Cause.GROWING;
  }

  /** The finding that a dump has made of the same kind, or of some of the same threads. */
  private Optional<OpenFinding> judged(Finding suspect) {
    return Stream.concat(
            Stream.of(suspect.fingerprint(), LeakKinds.stuckKey(suspect.fingerprint())),
            suspect.threads().stream().map(thread -> keys.getOrDefault(thread.id(), "")))
        .map(open::get)
        .filter(finding -> finding != null && finding.verdict() != Verdict.SUSPECT)
        .findFirst();
  }
}
