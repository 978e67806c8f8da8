package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.DumpBuilder.ThreadBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of liveness one by one, on graphs made by hand. */
class LivenessRulesTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";
  private static final String LOCKS = "java.util.concurrent.locks.";
  private static final String QUEUED = LOCKS + "AbstractQueuedSynchronizer";

  @TempDir Path directory;
  private final DumpBuilder dump =
      new DumpBuilder()
          .type(FUTURE, "java.lang.Object", "state:int")
          .type("app.Holder", "java.lang.Object", "held:ref")
          .type("app.Statics", "java.lang.Object", "static held:ref");

  @Test
  void whatNothingHoldsIsLeaked() throws IOException {
    dump.thread("waiter").parkedOn(future());
    assertThat(leaked()).containsExactly("waiter");
  }

  @Test
  void whatARootHoldsIsLive() throws IOException {
    long future = future();
    dump.root(dump.object("app.Holder", Map.of("held", future)));
    dump.thread("waiter").parkedOn(future);
    assertThat(leaked()).isEmpty();
  }

  @Test
  void whatOnlyAnotherLeakedThreadHoldsIsLeakedToo() throws IOException {
    long first = future();
    long second = future();
    dump.thread("first").parkedOn(first).frame("app.Task", "run").local(second);
    dump.thread("second").parkedOn(second).frame("app.Task", "run").local(first);
    assertThat(leaked()).containsExactly("first", "second");
  }

  @Test
  void whatARunningThreadHoldsIsLiveAndSoIsWhatThatHoldsInTurn() throws IOException {
    long first = future();
    long second = future();
    dump.thread("runner").frame("app.Task", "run").local(first);
    dump.thread("first").parkedOn(first).frame("app.Task", "run").local(second);
    dump.thread("second").parkedOn(second);
    assertThat(leaked()).isEmpty();
  }

  @Test
  void classOfAnExecutingMethodIsARoot() throws IOException {
    long future = future();
    dump.staticField("app.Statics", "held", future);
    dump.thread("runner").frame("app.Statics", "run");
    dump.thread("waiter").parkedOn(future);
    assertThat(leaked()).isEmpty();
  }

  @Test
  void classValueIsARoot() throws IOException {
    long future = future();
    dump.type("java.lang.ClassValue$ClassValueMap", "app.Holder");
    dump.object("java.lang.ClassValue$ClassValueMap", Map.of("held", future));
    dump.thread("waiter").parkedOn(future);
    assertThat(leaked()).isEmpty();
  }

  @Test
  void registriesOfTheRuntimeAreNoEdges() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future());
    dump.type("java.lang.ThreadGroup", "java.lang.Object", "threads:ref", "parent:ref", "name:ref");
    dump.root(dump.object("java.lang.ThreadGroup", Map.of("threads", waiter.id())));
    String containers = "jdk.internal.vm.ThreadContainers$RootContainer$TrackingRootContainer";
    dump.type(containers, "java.lang.Object", "static VTHREADS:ref");
    dump.staticField(containers, "VTHREADS", waiter.id());
    dump.root(dump.classId(containers));
    assertThat(leaked()).containsExactly("waiter");
  }

  @Test
  void firstReaderOfALockIsNoEdge() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future());
    String sync = "java.util.concurrent.locks.ReentrantReadWriteLock$Sync";
    dump.type(sync, "java.lang.Object", "firstReader:ref");
    dump.root(dump.object(sync, Map.of("firstReader", waiter.id())));
    assertThat(leaked()).containsExactly("waiter");
  }

  @Test
  void executorOfALiveTaskIsNoEdgeToItsOtherTasks() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future());
    dump.thread("task")
        .field("container", executor(waiter.id(), 0))
        .nativeFrame("java.lang.Thread", "sleep");
    assertThat(leaked()).containsExactly("waiter");
  }

  @Test
  void taskThatEndsReleasesWhoeverAwaitsTheEndOfItsExecutor() throws IOException {
    long latch = future();
    dump.thread("closer").parkedOn(latch);
    dump.thread("task").field("container", executor(0, latch)).frame("app.Task", "run");
    assertThat(analyze().findings()).isEmpty();
  }

  /** An executor that starts a thread for each task, which knows it by its container. */
  private long executor(long thread, long latch) {
    dump.type(
            "java.lang.Thread",
            "java.lang.Object",
            "name:ref",
            "tid:long",
            "threadStatus:int",
            "daemon:boolean",
            "interrupted:boolean",
            "parkBlocker:ref",
            "group:ref",
            "contextClassLoader:ref",
            "uncaughtExceptionHandler:ref",
            "container:ref",
            "cont:ref")
        .virtualThreads()
        .type("jdk.internal.vm.StackableScope", "java.lang.Object", "owner:ref");
    String executor = "java.util.concurrent.ThreadPerTaskExecutor";
    dump.type(executor, "jdk.internal.vm.StackableScope", "threads:ref", "terminationSignal:ref");
    return dump.object(executor, Map.of("threads", thread, "terminationSignal", latch));
  }

  @Test
  void whoHoldsTheThreadCouldInterruptIt() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future());
    dump.root(dump.object("app.Holder", Map.of("held", waiter.id())));
    assertThat(analyze().findings()).hasSize(1);
    assertThat(leaked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReentrantLock", "ReentrantReadWriteLock"})
  void lockOfTheApplicationTellsItsOwnerAndItsQueueThatOfTheJdkDoesNot(String kind)
      throws IOException {
    String lock = LOCKS + kind;
    for (String type : List.of(lock, "app.Lock")) {
      DumpBuilder dump = new DumpBuilder().type(FUTURE, "java.lang.Object", "state:int");
      locks(dump, lock);
      ThreadBuilder owner = dump.thread("owner");
      owner.parkedOn(dump.object(FUTURE, Map.of())).frame("app.Task", "run");
      ThreadBuilder waiter = dump.thread("waiter");
      long node = dump.object(QUEUED + "$Node", Map.of("waiter", waiter.id(), "status", 1));
      long head = dump.object(QUEUED + "$Node", Map.of("next", node));
      long sync =
          dump.object(
              lock + "$Sync", Map.of("head", head, "exclusiveOwnerThread", owner.id(), "state", 1));
      waiter.parkedOn(sync).frame("app.Task", "run");
      dump.root(dump.object(type, Map.of("sync", sync)));
      LeakProfile profile =
          new LeakAnalyzer().analyze(dump.writeTo(directory.resolve("lock.hprof")));
      assertThat(names(of(profile, Verdict.LEAKED))).containsExactly("owner", "waiter");
      assertThat(profile.findings())
          .extracting(finding -> finding.confidence().orElseThrow())
          .containsOnly(type.equals(lock) ? Confidence.PROVEN : Confidence.INTERRUPT_ONLY);
    }
  }

  private static void locks(DumpBuilder dump, String lock) {
    dump.type(LOCKS + "AbstractOwnableSynchronizer", "java.lang.Object", "exclusiveOwnerThread:ref")
        .type(QUEUED, LOCKS + "AbstractOwnableSynchronizer", "head:ref", "tail:ref", "state:int")
        .type(QUEUED + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int")
        .type(lock + "$Sync", QUEUED)
        .type(lock, "java.lang.Object", "sync:ref")
        .type("app.Lock", lock);
  }

  @Test
  void ourOwnAgentNeitherHoldsNorInterruptsAThread() throws IOException {
    ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(future());
    dump.type("java.lang.ref.Reference", "java.lang.Object", "referent:ref", "next:ref")
        .type("java.lang.ref.WeakReference", "java.lang.ref.Reference")
        .type("io.stranded.agent.Slot", "java.lang.ref.WeakReference");
    dump.root(dump.object("io.stranded.agent.Slot", Map.of("referent", waiter.id())));
    dump.thread("stranded-reporter")
        .frame("io.stranded.agent.HookedWaits", "look")
        .local(waiter.id())
        .frame("io.stranded.agent.Reporter", "run");
    assertThat(leaked()).containsExactly("waiter");
    dump.root(dump.object("java.lang.ref.WeakReference", Map.of("referent", waiter.id())));
    assertThat(leaked()).isEmpty();
  }

  @Test
  void fieldsOfAHeldThreadAreNotEnteredButThoseOfItsSubclassAre() throws IOException {
    long ofThread = future();
    long ofSubclass = future();
    dump.type("app.Worker", "java.lang.Thread", "inbox:ref");
    ThreadBuilder worker = dump.thread("worker").ofType("app.Worker");
    worker.field("target", ofThread).field("inbox", ofSubclass).parkedOn(future());
    dump.root(dump.object("app.Holder", Map.of("held", worker.id())));
    dump.thread("of-thread").parkedOn(ofThread);
    dump.thread("of-subclass").parkedOn(ofSubclass);
    LeakProfile profile = analyze();
    assertThat(names(profile.findings())).contains("of-thread").doesNotContain("of-subclass");
  }

  @Test
  void monitorDeadlockNeedsTheOwners() throws IOException {
    ThreadBuilder left = dump.thread("left").entering().frame("app.Task", "left");
    ThreadBuilder right = dump.thread("right").entering().frame("app.Task", "right");
    assertThat(leaked()).isEmpty();
    assertThat(new LeakAnalyzer().facts(owners(left, right)).analyze(file()).findings())
        .hasSize(2)
        .allSatisfy(
            finding -> {
              assertThat(finding.cause()).isEqualTo(Cause.DEADLOCK);
              assertThat(finding.verdict()).isEqualTo(Verdict.LEAKED);
            });
  }

  @Test
  void deadlockIsProvedWhateverTheStacksOfOthersHide() throws IOException {
    ThreadBuilder left = dump.thread("left").entering().frame("app.Task", "left");
    ThreadBuilder right = dump.thread("right").entering().frame("app.Task", "right");
    dump.thread("waiter").parkedOn(future());
    dump.thread("initializing").frame("app.Slow", "<clinit>").frame("app.Task", "run");
    LeakProfile profile = new LeakAnalyzer().facts(owners(left, right)).analyze(file());
    assertThat(names(of(profile, Verdict.LEAKED))).containsExactly("left", "right");
    assertThat(names(of(profile, Verdict.INCONCLUSIVE))).containsExactly("waiter");
    assertThat(profile.notes())
        .anyMatch(note -> note.endsWith(advice("\"initializing\" in app.Slow.<clinit>")));
  }

  @Test
  void whoWasSeenToOwnAMonitorAndHasEndedOrMovedOwnsItNoMore() throws IOException {
    dump.thread("entering").entering().frame("app.Task", "enter");
    ThreadBuilder owner = dump.thread("owner");
    owner.parkedOn(future()).frame("app.Task", "own");
    assertThat(entering(owner.threadId(), "app.Task.own(Source.java:1)"))
        .containsExactly("entering", "owner");
    assertThat(entering(owner.threadId(), "app.Task.other(Source.java:1)"))
        .containsExactly("owner");
    assertThat(entering(-1, "app.Task.own(Source.java:1)")).containsExactly("owner");
  }

  /** What is leaked if the thread of this id was seen to own the monitor, with this stack. */
  private List<String> entering(long owner, String stack) throws IOException {
    ThreadFacts facts =
        new ThreadFacts() {
          @Override
          public OptionalLong monitorOwner(long threadId) {
            return OptionalLong.of(owner);
          }

          @Override
          public Optional<List<String>> stack(long threadId) {
            return threadId == owner ? Optional.of(List.of(stack)) : Optional.empty();
          }
        };
    return names(of(new LeakAnalyzer().facts(facts).analyze(file()), Verdict.LEAKED));
  }

  private static String advice(String thread) {
    return thread
        + "; if they stay so, 'jcmd PID Thread.print' tells which classes they wait for, and"
        + " '--threads' takes it if it was taken before the dump";
  }

  private static ThreadFacts owners(ThreadBuilder left, ThreadBuilder right) {
    return new ThreadFacts() {
      @Override
      public OptionalLong monitorOwner(long threadId) {
        return OptionalLong.of(threadId == left.threadId() ? right.threadId() : left.threadId());
      }
    };
  }

  @Test
  void referenceQueueIsEndedByTheCollector() throws IOException {
    long queue = dump.object("java.lang.Object", Map.of());
    dump.thread("cleaner")
        .waiting()
        .frame("java.lang.Object", "wait")
        .local(queue)
        .frame("java.lang.ref.ReferenceQueue", "remove");
    assertThat(analyze().findings()).isEmpty();
    dump.thread("waiter")
        .waiting()
        .frame("java.lang.Object", "wait")
        .local(dump.object("java.lang.Object", Map.of()))
        .frame("app.Task", "run");
    assertThat(leaked()).containsExactly("waiter");
  }

  @Test
  void mainThreadIsKeptAliveOnPurpose() throws IOException {
    dump.thread("main").field("tid", 1L).parkedOn(future()).frame("app.Main", "main");
    dump.thread("server")
        .field("daemon", 0)
        .parkedOn(future())
        .frame("app.Main", "main")
        .attached();
    LeakProfile profile = analyze();
    assertThat(profile.findings()).isEmpty();
    assertThat(profile.notes()).filteredOn(note -> note.startsWith("KEEP_ALIVE")).hasSize(2);
  }

  @Test
  void waitWhoseReceiverIsDeadIsNeverProved() throws IOException {
    dump.type("app.Mailbox", "java.lang.Object");
    // It may as well be an argument of a static method, whose class is the monitor.
    dump.thread("receiver-alive")
        .waiting()
        .frame("java.lang.Object", "wait")
        .frame("app.Mailbox", "take")
        .local(dump.object("app.Mailbox", Map.of()));
    dump.thread("other-local")
        .waiting()
        .frame("java.lang.Object", "wait")
        .frame("app.Mailbox", "take")
        .local(dump.object("java.lang.Object", Map.of()));
    dump.thread("no-local")
        .waiting()
        .frame("java.lang.Object", "wait")
        .frame("app.Mailbox", "take");
    LeakProfile profile = analyze();
    assertThat(names(of(profile, Verdict.LEAKED))).isEmpty();
    assertThat(names(of(profile, Verdict.INCONCLUSIVE)))
        .containsExactlyInAnyOrder("receiver-alive", "other-local", "no-local");
  }

  @Test
  void waitWhoseReceiverIsDeadIsLiveWhereAnyLocalIsReached() throws IOException {
    dump.type("app.Mailbox", "java.lang.Object");
    long lock = dump.object("java.lang.Object", Map.of());
    dump.root(lock);
    dump.thread("outer-lock-held")
        .waiting()
        .frame("java.lang.Object", "wait")
        .frame("app.Mailbox", "take")
        .local(dump.object("app.Mailbox", Map.of()))
        .frame("app.Task", "run")
        .local(lock);
    assertThat(analyze().findings()).isEmpty();
  }

  @Test
  void virtualThreadWhoseTimeoutNeverComesWaitsUnlessItSleeps() throws IOException {
    dump.virtualThreads();
    for (long days : new long[] {1, 90_000}) {
      long nanos = TimeUnit.DAYS.toNanos(days);
      virtualFor(nanos, "waits " + days).parkedOn(future()).frame("app.Task", "run");
      virtualFor(nanos, "sleeps " + days)
          .frame("java.lang.VirtualThread", "parkNanos")
          .frame("java.lang.VirtualThread", "sleepNanos")
          .frame("java.lang.Thread", "sleep")
          .frame("app.Task", "run");
    }
    assertThat(names(analyze().findings())).containsExactly("waits 90000");
  }

  private ThreadBuilder virtualFor(long nanos, String name) {
    return dump.thread(name)
        .ofType("java.lang.VirtualThread")
        .field("state", 7)
        .field("timeout", nanos);
  }

  @Test
  void monitorThatIsAThreadIsHadByWhoeverListsThem() throws IOException {
    ThreadBuilder itself = dump.thread("waits-on-itself");
    itself.waiting().frame("java.lang.Object", "wait").local(itself.id()).frame("app.Task", "run");
    dump.thread("waits-on-another")
        .waiting()
        .frame("java.lang.Object", "wait")
        .local(itself.id())
        .frame("app.Task", "run");
    dump.thread("waits-on-an-object")
        .waiting()
        .frame("java.lang.Object", "wait")
        .local(dump.object("app.Holder", Map.of()))
        .frame("app.Task", "run");
    LeakProfile profile = new LeakAnalyzer().facts(ResultsInFlightTest.STEADY).analyze(file());
    assertThat(names(of(profile, Verdict.LEAKED))).containsExactly("waits-on-an-object");
    assertThat(names(of(profile, Verdict.INCONCLUSIVE)))
        .containsExactly("waits-on-another", "waits-on-itself");
  }

  @Test
  void whatADoubtfulThreadHoldsIsInDoubtToo() throws IOException {
    long held = future();
    dump.thread("bare").parkedOn(0).frame("app.Task", "run").local(held);
    dump.thread("behind").parkedOn(held);
    LeakProfile profile = analyze();
    assertThat(of(profile, Verdict.LEAKED)).isEmpty();
    assertThat(names(of(profile, Verdict.INCONCLUSIVE)))
        .containsExactlyInAnyOrder("bare", "behind");
  }

  @Test
  void hiddenVirtualThreadMakesEverythingInconclusive() throws IOException {
    dump.virtualThreads();
    dump.thread("waiter").parkedOn(future());
    assertThat(leaked()).containsExactly("waiter");
    dump.thread("hidden").ofType("java.lang.VirtualThread").field("state", 4).notARoot();
    LeakProfile profile = analyze();
    assertThat(names(of(profile, Verdict.INCONCLUSIVE))).containsExactly("waiter");
    assertThat(of(profile, Verdict.LEAKED)).isEmpty();
  }

  @Test
  void dumpCutAnywhereGivesNoLeak() throws IOException {
    dump.thread("waiter").parkedOn(future());
    byte[] whole = dump.build();
    for (int length = 31; length < whole.length; length++) {
      Path file = directory.resolve("cut.hprof");
      Files.write(file, Arrays.copyOf(whole, length));
      LeakProfile profile = new LeakAnalyzer().analyze(file);
      assertThat(of(profile, Verdict.LEAKED)).as("cut at %d", length).isEmpty();
      assertThat(profile.dump().orElseThrow().complete()).isFalse();
    }
  }

  private long future() {
    return dump.object(FUTURE, Map.of());
  }

  private Path file() {
    return dump.writeTo(directory.resolve("dump.hprof"));
  }

  private LeakProfile analyze() throws IOException {
    return new LeakAnalyzer().analyze(file());
  }

  private List<String> leaked() throws IOException {
    return names(of(analyze().atLeast(Confidence.PROVEN), Verdict.LEAKED));
  }

  private static List<Finding> of(LeakProfile profile, Verdict verdict) {
    return profile.findings().stream().filter(f -> f.verdict() == verdict).toList();
  }

  private static List<String> names(List<Finding> findings) {
    return findings.stream()
        .flatMap(finding -> finding.threads().stream())
        .map(thread -> thread.name())
        .sorted()
        .toList();
  }
}
