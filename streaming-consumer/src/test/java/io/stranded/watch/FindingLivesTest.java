package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakKinds;
import io.stranded.finding.Life;
import io.stranded.finding.Life.Stage;
import io.stranded.finding.Standing;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.Verdict;
import io.stranded.internal.source.ThreadEvent;
import io.stranded.testing.Profiles;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FindingLivesTest {
  private static final Instant FIRST = Instant.parse("2026-03-04T12:00:00Z");
  private static final Instant LATER = FIRST.plusSeconds(60);

  private static final String KNOWN = "ffffffffffffffff";

  private final FindingLives lives = new FindingLives();

  private static Finding finding(Verdict verdict, long... threads) {
    return new Finding(
        "0123456789abcdef",
        verdict,
        verdict == Verdict.SUSPECT ? Optional.empty() : Optional.of(Confidence.PROVEN),
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "threads wait",
        new SyncObject("java.util.concurrent.CountDownLatch", "parked", Map.of()),
        LongStream.of(threads)
            .mapToObj(id -> new FoundThread("t" + id, id, false, Optional.empty()))
            .toList(),
        100,
        List.of("a.B.c(B.java:1)"),
        List.of(),
        List.of());
  }

  private static List<Finding> suspects(long... threads) {
    return List.of(finding(Verdict.SUSPECT, threads));
  }

  private static Stage stage(List<Finding> news) {
    assertThat(news).hasSize(1);
    return news.get(0).life().orElseThrow().stage();
  }

  @Test
  void eachChangeIsToldOnce() {
    assertThat(stage(lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST)))
        .isEqualTo(Stage.OPENED);
    List<Finding> again = lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), LATER);
    assertThat(stage(again)).isEqualTo(Stage.CONFIRMED);
    assertThat(again.get(0).life()).hasValue(new Life(Stage.CONFIRMED, FIRST, LATER));
    assertThat(lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), LATER)).isEmpty();
    assertThat(stage(lives.found(List.of(finding(Verdict.LEAKED, 1, 2, 3)), Set.of(), LATER)))
        .isEqualTo(Stage.GROWN);
  }

  @Test
  void threadsThatWaitOnHaveWaitedLongerWhenTheyAreToldOfAgain() {
    FoundThread thread = new FoundThread("t1", 1, false, Optional.of(Duration.ofSeconds(10)));
    Finding found = finding(Verdict.LEAKED, 1).of(List.of(thread));
    assertThat(stage(lives.found(List.of(found), Set.of(), FIRST))).isEqualTo(Stage.OPENED);
    lives.waiting(Set.of(1L), LATER);
    assertThat(lives.all().keySet().iterator().next().threads())
        .containsExactly(thread.later(Duration.between(FIRST, LATER)));
  }

  private static List<Finding> asleep(long... threads) {
    return beyondProof(Cause.SLEEPS_FOR_EVER, threads);
  }

  private static List<Finding> beyondProof(Cause cause, long... threads) {
    Finding like = finding(Verdict.SUSPECT, threads);
    return List.of(
        new Finding(
            "fedcba9876543210",
            Verdict.SUSPECT,
            Optional.empty(),
            cause,
            "threads",
            new SyncObject("", "timed", Map.of()),
            like.threads(),
            0,
            like.stack(),
            List.of(),
            List.of()));
  }

  @Test
  void whatNoHeapProvesIsNotResolvedByALookAtTheHeapButOnceItsThreadsGetOn() {
    assertThat(stage(lives.observed(asleep(1, 2), Set.of(), Set.of(1L, 2L), FIRST)))
        .isEqualTo(Stage.OPENED);
    assertThat(lives.found(List.of(), Set.of(), LATER)).isEmpty();
    // A restarted watch has not looked for long enough to name them again.
    assertThat(lives.observed(List.of(), Set.of(), Set.of(2L), LATER)).isEmpty();
    assertThat(stage(lives.observed(List.of(), Set.of(), Set.of(3L), LATER)))
        .isEqualTo(Stage.RESOLVED);
    assertThat(lives.observed(List.of(), Set.of(), Set.of(), LATER)).isEmpty();
  }

  @Test
  void holderThatIsKnownLaterIsTold() {
    List<Finding> asleep = asleep(1);
    lives.observed(asleep, Set.of(), Set.of(1L), FIRST);
    List<Finding> held =
        List.of(asleep.get(0).withEvidence(List.of("its Thread is held by class a.B.thread")));
    List<Finding> news = lives.observed(held, Set.of(held.get(0).fingerprint()), Set.of(1L), LATER);
    assertThat(stage(news)).isEqualTo(Stage.CONFIRMED);
    assertThat(news.get(0).evidence()).isEqualTo(held.get(0).evidence());
    assertThat(lives.observed(held, Set.of(), Set.of(1L), LATER)).isEmpty();
  }

  @Test
  void tickerIsNotResolvedByItsTicksButByItsEnd() {
    lives.found(beyondProof(Cause.ORPHANED_TICKER, 1), Set.of(), FIRST);
    lives.accept(new ThreadEvent.Released(1));
    assertThat(lives.observed(List.of(), Set.of(), Set.of(), LATER)).isEmpty();
    assertThat(lives.resolved(LATER)).isEmpty();
    lives.accept(new ThreadEvent.Ended(1));
    assertThat(stage(lives.resolved(LATER))).isEqualTo(Stage.RESOLVED);
  }

  @Test
  void whatASnapshotDoesNotShowStaysProvedUntilItsThreadsHaveEnded() {
    lives.foundFrozen(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    List<Finding> fewer = lives.foundFrozen(List.of(finding(Verdict.LEAKED, 2)), Set.of(), LATER);
    assertThat(stage(fewer)).isEqualTo(Stage.CONFIRMED);
    assertThat(fewer.get(0).threads()).hasSize(2);
    assertThat(lives.foundFrozen(List.of(), Set.of(), LATER)).isEmpty();
    List<Finding> others = lives.foundFrozen(List.of(finding(Verdict.LEAKED, 3)), Set.of(), LATER);
    assertThat(stage(others)).isEqualTo(Stage.GROWN);
    assertThat(lives.leakedThreads()).containsOnlyKeys(1L, 2L, 3L);
    lives.accept(new ThreadEvent.Released(1));
    lives.foundFrozen(List.of(finding(Verdict.LEAKED, 3)), Set.of(), LATER);
    assertThat(lives.leakedThreads()).containsOnlyKeys(2L, 3L);
  }

  @Test
  void findingThatLearnsItsCreatorGoesOnUnderTheFingerprintThatSaysSo() {
    Finding before = finding(Verdict.LEAKED, 1, 2);
    lives.found(List.of(before), Set.of(), FIRST);
    Finding learned = finding(Verdict.LEAKED, 1, 2).under(KNOWN).knownAs(known(before));
    List<Finding> news = lives.foundFrozen(List.of(learned), Set.of(), LATER);
    assertThat(news)
        .extracting(Finding::fingerprint)
        .containsExactly(before.fingerprint(), learned.fingerprint());
    Finding last = news.get(0);
    assertThat(last.life()).hasValue(new Life(Stage.RESOLVED, FIRST, FIRST));
    assertThat(last.threads()).isEmpty();
    assertThat(last.evidence()).anyMatch(line -> line.startsWith("told as " + KNOWN));
    Finding first = news.get(1);
    assertThat(first.life()).hasValue(new Life(Stage.OPENED, FIRST, LATER));
    assertThat(first.aliases()).isEqualTo(known(before));
    assertThat(first.threads()).hasSize(2);
    // A look that knows less changes nothing, nor does one that shows it again.
    assertThat(lives.foundFrozen(List.of(before), Set.of(), LATER)).isEmpty();
    assertThat(lives.foundFrozen(List.of(learned), Set.of(), LATER)).isEmpty();
    lives.accept(new ThreadEvent.Ended(1));
    lives.accept(new ThreadEvent.Ended(2));
    List<Finding> over = lives.resolved(LATER);
    assertThat(stage(over)).isEqualTo(Stage.RESOLVED);
    assertThat(over.get(0).fingerprint()).isEqualTo(KNOWN);
  }

  private static List<String> known(Finding before) {
    return List.of("0000000000000001", before.fingerprint());
  }

  @Test
  void threadsThatASnapshotDoesNotShowAndTheStuckOnesLearnTheirCreatorWithTheOthers() {
    Finding before = finding(Verdict.LEAKED, 1, 2);
    Finding stuck = stuck(3);
    lives.foundFrozen(List.of(before, stuck), Set.of(), FIRST);
    Finding learned = finding(Verdict.LEAKED, 2).under(KNOWN).knownAs(known(before));
    List<Finding> news = lives.foundFrozen(List.of(learned), Set.of(), LATER);
    assertThat(news).hasSize(4);
    assertThat(lives.all().keySet())
        .extracting(finding -> LeakKinds.key(finding) + " " + finding.count())
        .containsExactlyInAnyOrder(KNOWN + " 2", LeakKinds.stuckKey(KNOWN) + " 1");
    assertThat(news.subList(2, 4))
        .allSatisfy(
            finding -> {
              assertThat(finding.fingerprint()).isEqualTo(KNOWN);
              assertThat(finding.aliases()).isEqualTo(known(before));
              assertThat(finding.life().orElseThrow().stage()).isEqualTo(Stage.OPENED);
              assertThat(finding.life().orElseThrow().firstSeen()).isEqualTo(FIRST);
            });
    lives.accept(new ThreadEvent.Ended(1));
    lives.accept(new ThreadEvent.Ended(3));
    assertThat(lives.all().keySet())
        .filteredOn(finding -> finding.count() > 0)
        .singleElement()
        .satisfies(finding -> assertThat(finding.count()).isEqualTo(1));
    assertThat(lives.resolved(LATER)).extracting(Finding::standing).containsExactly(Standing.STUCK);
  }

  @Test
  void othersOfWhichLessIsKnownJoinTheFindingThatHasLearnedItsCreator() {
    Finding before = finding(Verdict.LEAKED, 1);
    lives.foundFrozen(List.of(before), Set.of(), FIRST);
    Finding learned = finding(Verdict.LEAKED, 1).under(KNOWN).knownAs(known(before));
    lives.foundFrozen(List.of(learned), Set.of(), LATER);
    List<Finding> news = lives.foundFrozen(List.of(finding(Verdict.LEAKED, 2)), Set.of(), LATER);
    assertThat(news).extracting(Finding::fingerprint).containsExactly(KNOWN);
    assertThat(news.get(0).count()).isEqualTo(2);
  }

  @Test
  void whatWasToldUnderAnotherFingerprintIsSoStillAfterThatHasLearnedItsCreator() {
    String other = "eeeeeeeeeeeeeeee";
    Finding before = finding(Verdict.LEAKED, 1);
    lives.foundFrozen(List.of(before), Set.of(), FIRST);
    lives.foundFrozen(List.of(finding(Verdict.LEAKED, 1, 2).under(other)), Set.of(), LATER);
    Finding third = finding(Verdict.LEAKED, 3).under(other);
    assertThat(lives.foundFrozen(List.of(third), Set.of(), LATER))
        .extracting(Finding::fingerprint)
        .containsExactly(before.fingerprint());
    Finding learned = finding(Verdict.LEAKED, 1).under(KNOWN).knownAs(known(before));
    lives.foundFrozen(List.of(learned), Set.of(), LATER);
    Finding fourth = finding(Verdict.LEAKED, 4).under(other);
    assertThat(lives.foundFrozen(List.of(fourth), Set.of(), LATER))
        .extracting(Finding::fingerprint)
        .containsExactly(KNOWN);
  }

  @Test
  void whatOnlyEventsSayOfACreatorRenamesNothing() {
    Finding before = finding(Verdict.SUSPECT, 1, 2);
    lives.suspected(List.of(before), Set.of(), "no dump", FIRST);
    Finding other = finding(Verdict.SUSPECT, 1, 2, 3, 4).under(KNOWN).knownAs(known(before));
    List<Finding> news = lives.suspected(List.of(other), Set.of(), "no dump", LATER);
    assertThat(news).extracting(Finding::fingerprint).containsExactly(before.fingerprint());
  }

  @Test
  void findingOfWhichMoreIsLearnedKeepsItsFingerprintWhereThatIsNoAlias() {
    Finding before = finding(Verdict.LEAKED, 1, 2);
    lives.found(List.of(before), Set.of(), FIRST);
    Finding learned = finding(Verdict.LEAKED, 1, 2, 3).under("ffffffffffffffff");
    List<Finding> news = lives.found(List.of(learned), Set.of(), LATER);
    assertThat(stage(news)).isEqualTo(Stage.GROWN);
    assertThat(news.get(0).fingerprint()).isEqualTo(before.fingerprint());
    Finding others = finding(Verdict.LEAKED, 1, 2, 3, 4).under("ffffffffffffffff");
    news = lives.found(List.of(others), Set.of(), LATER);
    assertThat(news).extracting(Finding::fingerprint).containsExactly(before.fingerprint());
    assertThat(lives.all()).hasSize(1);
  }

  @Test
  void ofTwoThatWereOneTheLargerKeepsTheFingerprint() {
    Finding both = finding(Verdict.LEAKED, 1, 2, 3);
    lives.found(List.of(both), Set.of(), FIRST);
    Finding larger = finding(Verdict.LEAKED, 1, 2).under("aaaaaaaaaaaaaaaa");
    Finding smaller = finding(Verdict.LEAKED, 3).under("bbbbbbbbbbbbbbbb");
    lives.found(List.of(larger, smaller), Set.of(), LATER);
    Map<String, Integer> counts = new TreeMap<>();
    lives.all().keySet().forEach(finding -> counts.put(finding.fingerprint(), finding.count()));
    assertThat(counts)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(both.fingerprint(), 2, smaller.fingerprint(), 1));
  }

  @Test
  void summaryOfAGrownFindingSpeaksOfNow() {
    lives.foundFrozen(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    List<Finding> news = lives.foundFrozen(List.of(finding(Verdict.LEAKED, 3)), Set.of(), LATER);
    assertThat(stage(news)).isEqualTo(Stage.GROWN);
    assertThat(news.get(0).count()).isEqualTo(3);
    assertThat(news.get(0).summary()).startsWith("3 threads wait for a CountDownLatch");
    lives.accept(new ThreadEvent.Ended(1));
    assertThat(lives.all().keySet().iterator().next().summary()).startsWith("2 threads wait for");
  }

  @Test
  void stuckThreadsAreCountedApartAndLookedAtAgainUntilTheyAreProved() {
    Finding leaked = finding(Verdict.LEAKED, 1, 2);
    assertThat(stage(lives.foundFrozen(List.of(stuck(1, 2)), Set.of(), FIRST)))
        .isEqualTo(Stage.OPENED);
    assertThat(lives.count(Standing.LEAKED)).isZero();
    assertThat(lives.count(Standing.STUCK)).isEqualTo(2);
    assertThat(lives.leakedThreads()).containsOnlyKeys(1L, 2L);
    assertThat(lives.provenThreads()).isEmpty();
    List<Finding> proved = lives.foundFrozen(List.of(leaked), Set.of(), LATER);
    assertThat(stage(proved)).isEqualTo(Stage.OPENED);
    assertThat(proved.get(0).standing()).isEqualTo(Standing.LEAKED);
    assertThat(lives.provenThreads()).containsExactlyInAnyOrder(1L, 2L);
    List<Finding> over = lives.resolved(LATER);
    assertThat(stage(over)).isEqualTo(Stage.RESOLVED);
    assertThat(over.get(0).standing()).isEqualTo(Standing.STUCK);
    assertThat(over.get(0).evidence()).last().asString().contains("told by another finding");
    assertThat(lives.count(Standing.STUCK)).isZero();
  }

  private static Finding stuck(long... threads) {
    Finding leaked = finding(Verdict.LEAKED, threads);
    return Profiles.stuck(leaked, leaked.evidence());
  }

  @Test
  void leakedAndStuckThreadsOfOneKindAreOpenSideBySide() {
    List<Finding> both = List.of(finding(Verdict.LEAKED, 1), stuck(2, 3));
    assertThat(lives.foundFrozen(both, Set.of(), FIRST))
        .extracting(Finding::standing)
        .containsExactly(Standing.LEAKED, Standing.STUCK);
    assertThat(lives.count(Standing.LEAKED)).isEqualTo(1);
    assertThat(lives.count(Standing.STUCK)).isEqualTo(2);
    lives.accept(new ThreadEvent.Ended(2));
    lives.accept(new ThreadEvent.Ended(3));
    assertThat(lives.resolved(LATER)).extracting(Finding::standing).containsExactly(Standing.STUCK);
    assertThat(lives.leakedThreads()).containsOnlyKeys(1L);
  }

  @Test
  void whoWasProvedToBeLeakedIsNotToldAsStuckByALaterLook() {
    lives.foundFrozen(List.of(finding(Verdict.LEAKED, 1)), Set.of(), FIRST);
    assertThat(lives.foundFrozen(List.of(stuck(1)), Set.of(), LATER)).isEmpty();
    List<Finding> others = lives.foundFrozen(List.of(stuck(1, 2)), Set.of(), LATER);
    assertThat(others).singleElement().extracting(Finding::count).isEqualTo(1);
    assertThat(lives.provenThreads()).containsExactly(1L);
  }

  @Test
  void whatADumpDoesNotShowIsNotPartOfAFindingAnyMore() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    lives.found(List.of(finding(Verdict.LEAKED, 2)), Set.of(), LATER);
    assertThat(lives.leakedThreads()).containsOnlyKeys(2L);
  }

  @Test
  void findingIsResolvedOnceAllItsThreadsHaveEnded() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    lives.accept(new ThreadEvent.Ended(1));
    assertThat(lives.resolved(LATER)).isEmpty();
    assertThat(lives.count(Standing.LEAKED)).isEqualTo(1);
    lives.accept(new ThreadEvent.Ended(2));
    List<Finding> news = lives.resolved(LATER);
    assertThat(stage(news)).isEqualTo(Stage.RESOLVED);
    assertThat(news.get(0).threads()).isEmpty();
    assertThat(lives.resolved(LATER)).isEmpty();
    assertThat(stage(lives.found(List.of(finding(Verdict.LEAKED, 7)), Set.of(), LATER)))
        .isEqualTo(Stage.OPENED);
  }

  @Test
  void leakedThreadThatRunsAgainIsConfessed() {
    lives.found(List.of(finding(Verdict.LEAKED, 1)), Set.of(), FIRST);
    lives.accept(new ThreadEvent.Released(1));
    assertThat(lives.resolved(LATER).get(0).evidence().get(1)).contains("or the finding was wrong");
  }

  @Test
  void threadsThatJoinWhereNoDumpMayBeTakenAreToldWhenTheyDoubleItAndNotCounted() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    assertThat(lives.suspected(suspects(1, 2, 3), Set.of(3L), "no dump", LATER)).isEmpty();
    List<Finding> news = lives.suspected(suspects(1, 2, 3, 4), Set.of(3L, 4L), "no dump", LATER);
    assertThat(stage(news)).isEqualTo(Stage.GROWN);
    assertThat(news.get(0).verdict()).isEqualTo(Verdict.LEAKED);
    assertThat(news.get(0).threads()).extracting(FoundThread::id).containsExactly(1L, 2L);
    assertThat(news.get(0).evidence())
        .containsExactly("2 more wait at the same place, not yet judged: no dump");
    assertThat(lives.count(Standing.LEAKED)).isEqualTo(2);
    assertThat(lives.suspected(suspects(1, 2, 3, 4), Set.of(3L, 4L), "no dump", LATER)).isEmpty();
    List<Finding> proved = lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), LATER);
    assertThat(stage(proved)).isEqualTo(Stage.CONFIRMED);
    assertThat(proved.get(0).evidence()).isEmpty();
  }

  @Test
  void threadsOfAKindThatADumpHasShownToLiveDoNotJoin() {
    lives.found(List.of(finding(Verdict.LEAKED, 1)), Set.of(), FIRST);
    assertThat(lives.suspected(suspects(1, 2, 3), Set.of(), "no dump", LATER)).isEmpty();
  }

  @Test
  void timeAtWhichItsThreadsWereLastKnownToWaitGoesOn() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    lives.waiting(Set.of(7L), LATER);
    assertThat(lives.all().keySet()).allMatch(f -> f.life().orElseThrow().lastSeen().equals(FIRST));
    lives.waiting(Set.of(2L), LATER);
    assertThat(lives.all().keySet()).allMatch(f -> f.life().orElseThrow().lastSeen().equals(LATER));
  }

  @Test
  void suspectIsConfirmedByADumpOrCleared() {
    assertThat(stage(lives.suspected(suspects(1), Set.of(), "no dump", FIRST)))
        .isEqualTo(Stage.OPENED);
    assertThat(lives.suspected(suspects(1), Set.of(), "no dump", LATER)).isEmpty();
    List<Finding> proved = lives.found(List.of(finding(Verdict.LEAKED, 1)), Set.of(), LATER);
    assertThat(stage(proved)).isEqualTo(Stage.CONFIRMED);
    assertThat(proved.get(0).life().orElseThrow().firstSeen()).isEqualTo(FIRST);
    assertThat(lives.suspected(suspects(1), Set.of(), "no dump", LATER)).isEmpty();

    FindingLives others = new FindingLives();
    others.suspected(suspects(1), Set.of(), "no dump", FIRST);
    assertThat(others.found(List.of(), Set.of(1L), LATER)).as("not decided").isEmpty();
    assertThat(stage(others.found(List.of(), Set.of(), LATER))).isEqualTo(Stage.RESOLVED);
  }

  @Test
  void oneKindIsOneFindingThatClaimsOnlyWhatIsProved() {
    List<Finding> news =
        lives.found(
            List.of(finding(Verdict.INCONCLUSIVE, 3), finding(Verdict.LEAKED, 1, 2)),
            Set.of(),
            FIRST);
    assertThat(stage(news)).isEqualTo(Stage.OPENED);
    assertThat(news.get(0).verdict()).isEqualTo(Verdict.LEAKED);
    assertThat(news.get(0).threads()).extracting(FoundThread::id).containsExactly(1L, 2L);
    assertThat(news.get(0).evidence())
        .containsExactly("not among these: threads wait (INCONCLUSIVE)");
    assertThat(lives.count(Standing.LEAKED)).isEqualTo(2);
    assertThat(stage(lives.ended())).isEqualTo(Stage.RESOLVED);
  }

  @Test
  void doubtDoesNotReplaceProofButProofReplacesDoubt() {
    lives.found(List.of(finding(Verdict.INCONCLUSIVE, 1)), Set.of(), FIRST);
    List<Finding> proved = lives.found(List.of(finding(Verdict.LEAKED, 1)), Set.of(), LATER);
    assertThat(stage(proved)).isEqualTo(Stage.CONFIRMED);
    assertThat(proved.get(0).verdict()).isEqualTo(Verdict.LEAKED);
    assertThat(lives.found(List.of(finding(Verdict.INCONCLUSIVE, 1)), Set.of(), LATER)).isEmpty();
    assertThat(lives.suspected(suspects(5), Set.of(), "no dump", LATER)).isEmpty();
    assertThat(lives.count(Standing.LEAKED)).isEqualTo(1);
    lives.accept(new ThreadEvent.Ended(1));
    assertThat(stage(lives.resolved(LATER))).isEqualTo(Stage.RESOLVED);
    assertThat(lives.all()).isEmpty();
  }

  @Test
  void restartedWatchNeitherRepeatsNorForgets() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), FIRST);
    TargetState state =
        TargetState.parse(
            new TargetState(
                    new Target("shop.Main", "vm/1/2", "vm", 1, "17"),
                    LATER,
                    3,
                    FIRST,
                    lives.all(),
                    Map.of("group", new JudgedGroups.Judgement(2, 2, FIRST)),
                    Optional.empty(),
                    Map.of())
                .toJson());
    assertThat(state.dumps()).isEqualTo(3);
    assertThat(state.judged()).containsOnlyKeys("group");
    FindingLives restarted = new FindingLives();
    state.findings().forEach(restarted::restore);
    assertThat(restarted.resolved(LATER)).isEmpty();
    assertThat(stage(restarted.found(List.of(finding(Verdict.LEAKED, 1, 2)), Set.of(), LATER)))
        .isEqualTo(Stage.CONFIRMED);
    restarted.retain(Set.of(1L));
    assertThat(restarted.count(Standing.LEAKED)).isEqualTo(1);
    assertThat(stage(restarted.ended())).isEqualTo(Stage.RESOLVED);
  }

  @Test
  void leakOfWhichSomeThreadsHaveEndedIsToldWithThoseThatAreLeftAfterTenSeconds() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2, 3)), Set.of(), FIRST);
    lives.accept(new ThreadEvent.Ended(1));
    assertThat(lives.resolved(FIRST)).isEmpty();
    lives.accept(new ThreadEvent.Ended(3));
    assertThat(lives.resolved(FIRST.plusSeconds(9))).isEmpty();
    List<Finding> news = lives.resolved(FIRST.plusSeconds(10));
    assertThat(stage(news)).isEqualTo(Stage.SHRUNK);
    assertThat(news.get(0).threads()).extracting(FoundThread::id).containsExactly(2L);
    assertThat(lives.resolved(LATER)).isEmpty();
    lives.accept(new ThreadEvent.Ended(2));
    assertThat(stage(lives.resolved(LATER))).isEqualTo(Stage.RESOLVED);
  }

  @Test
  void heapDumpThatShowsFewerThreadsIsTold() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2, 3)), Set.of(), FIRST);
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2, 3)), Set.of(), FIRST);
    List<Finding> news = lives.found(List.of(finding(Verdict.LEAKED, 3)), Set.of(), LATER);
    assertThat(stage(news)).isEqualTo(Stage.SHRUNK);
    assertThat(news.get(0).count()).isEqualTo(1);
    assertThat(stage(lives.found(List.of(finding(Verdict.LEAKED, 3)), Set.of(), LATER)))
        .isEqualTo(Stage.CONFIRMED);
    assertThat(lives.found(List.of(finding(Verdict.LEAKED, 3)), Set.of(), LATER)).isEmpty();
  }

  @Test
  void shrinkingThatWasNotToldBeforeARestartIsToldAfterIt() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2, 3)), Set.of(), FIRST);
    lives.accept(new ThreadEvent.Ended(1));
    FindingLives restarted = new FindingLives();
    lives.all().forEach(restarted::restore);
    restarted.retain(Set.of(3L));
    assertThat(restarted.resolved(FIRST)).isEmpty();
    List<Finding> news = restarted.resolved(LATER);
    assertThat(stage(news)).isEqualTo(Stage.SHRUNK);
    assertThat(news.get(0).threads()).extracting(FoundThread::id).containsExactly(3L);
  }

  @Test
  void growthThatIsNoDoublingIsToldAfterAMinute() {
    lives.found(List.of(finding(Verdict.LEAKED, 1, 2, 3)), Set.of(), FIRST);
    Set<Long> group = Set.of(1L, 2L, 3L, 4L);
    assertThat(lives.grown(group, 1, FIRST)).isEmpty();
    assertThat(lives.grown(group, 1, FIRST.plusSeconds(59))).isEmpty();
    Finding grown = lives.grown(group, 1, LATER).orElseThrow();
    assertThat(stage(List.of(grown))).isEqualTo(Stage.GROWN);
    assertThat(grown.count()).isEqualTo(3);
    assertThat(grown.evidence())
        .containsExactly("1 more waits at the same place, not yet judged: no look since they came");
    assertThat(lives.grown(group, 1, LATER.plusSeconds(600))).isEmpty();
    assertThat(lives.grown(group, 9, LATER.plusSeconds(601))).as("a dump may follow").isEmpty();

    FindingLives others = new FindingLives();
    others.suspected(suspects(1, 2, 3), Set.of(), "no dump", FIRST);
    assertThat(others.suspected(suspects(1, 2, 3, 4), Set.of(), "no dump", FIRST)).isEmpty();
    List<Finding> news = others.suspected(suspects(1, 2, 3, 4), Set.of(), "no dump", LATER);
    assertThat(stage(news)).isEqualTo(Stage.GROWN);
    assertThat(news.get(0).count()).isEqualTo(4);
  }

  @Test
  void suspectsThatRanAgainAreToldAfterAMinute() {
    lives.suspected(suspects(1, 2, 3), Set.of(), "no dump", FIRST);
    lives.accept(new ThreadEvent.Released(2));
    assertThat(lives.resolved(FIRST)).isEmpty();
    assertThat(lives.resolved(FIRST.plusSeconds(59))).isEmpty();
    assertThat(stage(lives.resolved(LATER))).isEqualTo(Stage.SHRUNK);
  }
}
