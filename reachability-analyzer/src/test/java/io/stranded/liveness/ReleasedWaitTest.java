package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.Verdict;
import io.stranded.internal.jdk.JdkFields;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thread that its synchronizer has released but that has not run yet is live, though nothing else
 * refers to the synchronizer. Each test shows the same thread leaked before the release.
 */
class ReleasedWaitTest {
  private static final String CONCURRENT = "java.util.concurrent.";
  private static final String QUEUED = CONCURRENT + "locks.AbstractQueuedSynchronizer";
  private static final String LONG_QUEUED = CONCURRENT + "locks.AbstractQueuedLongSynchronizer";
  private static final int WAITING = 1;
  private static final int CONDITION = 2;

  private static final ThreadFacts STEADY =
      new ThreadFacts() {
        @Override
        public Steadiness steadiness(long threadId) {
          return Steadiness.STEADY;
        }
      };

  @TempDir Path directory;
  private DumpBuilder dump = new DumpBuilder();
  private Consumer<DumpBuilder> change = unchanged -> {};
  private ThreadFacts known = ThreadFacts.NONE;

  @BeforeEach
  void declareTypes() {
    dump = new DumpBuilder();
    change.accept(dump);
    String owned = CONCURRENT + "locks.AbstractOwnableSynchronizer";
    dump.type(owned, "java.lang.Object", "exclusiveOwnerThread:ref")
        .type(QUEUED, owned, "state:int", "head:ref", "tail:ref")
        .type(QUEUED + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int")
        .type(QUEUED + "$ConditionNode", QUEUED + "$Node", "nextWaiter:ref")
        .type(QUEUED + "$ConditionObject", "java.lang.Object", "firstWaiter:ref")
        .type(LONG_QUEUED, owned, "state:long", "head:ref", "tail:ref")
        .type(LONG_QUEUED + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int")
        .type(CONCURRENT + "CountDownLatch$Sync", QUEUED)
        .type(CONCURRENT + "Semaphore$Sync", QUEUED);
  }

  @Test
  void latchAtZero() throws IOException {
    assertThat(latch(1)).contains(Verdict.LEAKED);
    assertThat(latch(0)).isEmpty();
  }

  @Test
  void freeLockWhoseReleaserHasNotWokenTheFirstYet() throws IOException {
    for (String queued : List.of(QUEUED, LONG_QUEUED)) {
      for (String lock : List.of("ReentrantLock", "ReentrantReadWriteLock")) {
        assertThat(lock(lock, queued, 1)).contains(Verdict.LEAKED);
        assertThat(lock(lock, queued, 0)).isEmpty();
      }
    }
  }

  @Test
  void nodeWithoutWaitingStatus() throws IOException {
    assertThat(semaphore(WAITING)).contains(Verdict.LEAKED);
    assertThat(semaphore(0)).isEmpty();
  }

  @Test
  void nodeThatIsNotInTheDumpLeavesADoubt() throws IOException {
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter");
    thread.parkedOn(dump.object(CONCURRENT + "Semaphore$Sync", Map.of()));
    assertThat(verdict()).contains(Verdict.INCONCLUSIVE);
  }

  @Test
  void conditionNodeThatWasSignalled() throws IOException {
    assertThat(condition(WAITING | CONDITION, /* listed= */ true)).contains(Verdict.LEAKED);
    assertThat(condition(WAITING, /* listed= */ true)).isEmpty();
    assertThat(condition(WAITING | CONDITION, /* listed= */ false)).isEmpty();
  }

  @Test
  void signallerWithoutThread() throws IOException {
    assertThat(signaller(true)).contains(Verdict.LEAKED);
    assertThat(signaller(false)).isEmpty();
  }

  @Test
  void futureTaskThatIsDone() throws IOException {
    String type = CONCURRENT + "FutureTask";
    assertThat(blocker(type, "state:int", 1)).contains(Verdict.LEAKED);
    assertThat(blocker(type, "state:int", 2)).isEmpty();
  }

  @Test
  void forkJoinTaskThatIsDone() throws IOException {
    String type = CONCURRENT + "ForkJoinTask";
    assertThat(blocker(type, "status:int", 0)).contains(Verdict.LEAKED);
    assertThat(blocker(type, "status:int", 1 << 31)).isEmpty();
  }

  @Test
  void exchangerNodeThatWasMatched() throws IOException {
    assertThat(stackNode(CONCURRENT + "Exchanger", CONCURRENT + "Exchanger$Node", 0, 0))
        .contains(Verdict.LEAKED);
    assertThat(stackNode(CONCURRENT + "Exchanger", CONCURRENT + "Exchanger$Node", 1, 0)).isEmpty();
  }

  @Test
  void transferStackNodeThatWasMatched() throws IOException {
    String queue = CONCURRENT + "SynchronousQueue$TransferStack";
    assertThat(stackNode(queue, queue + "$SNode", 0, 0)).contains(Verdict.LEAKED);
    assertThat(stackNode(queue, queue + "$SNode", 1, 0)).isEmpty();
  }

  @Test
  void transferQueueNodeThatGotAnItem() throws IOException {
    String queue = CONCURRENT + "LinkedTransferQueue";
    assertThat(stackNode(queue, queue + "$DualNode", 0, 0)).contains(Verdict.LEAKED);
    assertThat(stackNode(queue, queue + "$DualNode", 0, 1)).isEmpty();
  }

  @Test
  void phaserThatHasAdvanced() throws IOException {
    assertThat(phaser(0)).contains(Verdict.LEAKED);
    assertThat(phaser(1L << 32)).isEmpty();
  }

  /** One wait, before its end and after. */
  @FunctionalInterface
  private interface Wait {
    Optional<Verdict> verdict(boolean released) throws IOException;
  }

  private Map<String, Wait> waits() {
    String queue = CONCURRENT + "SynchronousQueue$TransferStack";
    String transfer = CONCURRENT + "LinkedTransferQueue";
    Map<String, Wait> waits = new TreeMap<>();
    waits.put("latch", released -> latch(released ? 0 : 1));
    waits.put("lock", released -> lock("ReentrantLock", QUEUED, released ? 0 : 1));
    waits.put(
        "read-write lock",
        released -> lock("ReentrantReadWriteLock", LONG_QUEUED, released ? 0 : 1));
    waits.put("semaphore", released -> semaphore(released ? 0 : WAITING));
    waits.put("condition", released -> condition(WAITING | CONDITION, !released));
    waits.put("signaller", released -> signaller(!released));
    waits.put(
        "future task",
        released -> blocker(CONCURRENT + "FutureTask", "state:int", released ? 2 : 1));
    waits.put(
        "fork-join task",
        released -> blocker(CONCURRENT + "ForkJoinTask", "status:int", released ? 1 << 31 : 0));
    waits.put(
        "exchanger",
        released ->
            stackNode(
                CONCURRENT + "Exchanger", CONCURRENT + "Exchanger$Node", released ? 1 : 0, 0));
    waits.put(
        "transfer stack", released -> stackNode(queue, queue + "$SNode", released ? 1 : 0, 0));
    waits.put(
        "transfer queue",
        released -> stackNode(transfer, transfer + "$DualNode", 0, released ? 1 : 0));
    waits.put("phaser", released -> phaser(released ? 1L << 32 : 0));
    waits.put("interrupt", released -> interrupted(released ? 1 : 0));
    return waits;
  }

  @Test
  void fieldThatIsNotAsKnownNeverMakesAReleasedThreadLeakedNorHidesALeak() throws IOException {
    known = STEADY;
    for (Map.Entry<String, Wait> wait : waits().entrySet()) {
      assertThat(wait.getValue().verdict(false)).as(wait.getKey()).contains(Verdict.LEAKED);
      for (String field : JdkFields.names()) {
        for (boolean renames : new boolean[] {true, false}) {
          String what = wait.getKey() + (renames ? ", renamed " : ", retyped ") + field;
          change = builder -> spoil(builder, field, renames);
          assertThat(wait.getValue().verdict(true))
              .as("released: %s", what)
              .isNotEqualTo(Optional.of(Verdict.LEAKED));
          if (wait.getValue().verdict(false).isEmpty()) {
            assertThat(notes()).as("waiting: %s", what).anyMatch(n -> n.contains(field));
          }
          change = unchanged -> {};
        }
      }
    }
  }

  private static void spoil(DumpBuilder builder, String field, boolean renames) {
    if (renames) {
      builder.rename(field);
    } else {
      builder.retype(field);
    }
  }

  @Test
  void fieldOfAUsersSubclassIsNotTakenForThatOfTheJdk() throws IOException {
    dump.type("app.Worker", "java.lang.Thread", "interrupted:boolean", "parkBlocker:ref");
    dump.type(CONCURRENT + "FutureTask", "java.lang.Object", "state:int");
    dump.thread("waiter")
        .ofType("app.Worker")
        .parkedOn(dump.object(CONCURRENT + "FutureTask", Map.of()))
        .field("app.Worker.interrupted", 1)
        .field("app.Worker.parkBlocker", 0);
    assertThat(verdict()).contains(Verdict.LEAKED);
  }

  @Test
  void unknownBlockerLeavesADoubtThatSteadinessTakesAway() throws IOException {
    dump.type("vendor.Gate", "java.lang.Object");
    dump.thread("waiter").parkedOn(dump.object("vendor.Gate", Map.of()));
    assertThat(verdict()).contains(Verdict.INCONCLUSIVE);
    assertThat(verdicts(STEADY)).containsExactly(Verdict.LEAKED);
  }

  @Test
  void threadThatHasMovedIsLive() throws IOException {
    dump.type("vendor.Gate", "java.lang.Object");
    dump.thread("waiter").parkedOn(dump.object("vendor.Gate", Map.of()));
    ThreadFacts moved =
        new ThreadFacts() {
          @Override
          public Steadiness steadiness(long threadId) {
            return Steadiness.MOVED;
          }
        };
    assertThat(verdicts(moved)).isEmpty();
  }

  @Test
  void interruptedThreadThatHasNotRunYet() throws IOException {
    assertThat(interrupted(0)).contains(Verdict.LEAKED);
    assertThat(interrupted(1)).isEmpty();
  }

  @Test
  void interruptDoesNotEndEnteringAMonitor() throws IOException {
    DumpBuilder.ThreadBuilder owner = dump.thread("owner");
    owner.parkedOn(dump.object("java.lang.Object", Map.of()));
    dump.thread("entering").field("interrupted", 1).entering().frame("app.Task", "run");
    ThreadFacts facts =
        new ThreadFacts() {
          @Override
          public OptionalLong monitorOwner(long threadId) {
            return OptionalLong.of(owner.threadId());
          }

          @Override
          public Steadiness steadiness(long threadId) {
            return Steadiness.STEADY;
          }
        };
    assertThat(verdicts(facts)).containsExactly(Verdict.LEAKED, Verdict.LEAKED);
  }

  @Test
  void interruptedThreadThatMakesItsException() throws IOException {
    long exception = interruptedException(/* constructed= */ true);
    assertThat(waiting(exception, /* constructing= */ false)).contains(Verdict.LEAKED);
    exception = interruptedException(/* constructed= */ true);
    assertThat(waiting(exception, /* constructing= */ true)).isEmpty();
  }

  @Test
  void interruptedThreadWhoseExceptionIsNotConstructedYetLeavesADoubt() throws IOException {
    assertThat(waiting(interruptedException(/* constructed= */ false), /* constructing= */ false))
        .contains(Verdict.INCONCLUSIVE);
  }

  /** An exception in a dump without anything else; constructors set the cause to the object. */
  private long interruptedException(boolean constructed) {
    declareTypes();
    String type = "java.lang.InterruptedException";
    dump.type(
            "java.lang.Throwable",
            "java.lang.Object",
            "cause:ref",
            "stackTrace:ref",
            "suppressedExceptions:ref")
        .type(type, "java.lang.Throwable");
    return dump.object(type, constructed ? Map.of("cause", 1) : Map.of());
  }

  /** A thread in Object.wait, with the constructor of its exception on top or without. */
  private Optional<Verdict> waiting(long exception, boolean constructing) throws IOException {
    dump.type("app.Mailbox", "java.lang.Object");
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter").waiting();
    if (constructing) {
      thread.frame("java.lang.InterruptedException", "<init>").local(exception);
    }
    long mailbox = dump.object("app.Mailbox", Map.of());
    thread.frame("java.lang.Object", "wait").local(mailbox).frame("app.Mailbox", "take");
    return verdict();
  }

  private Optional<Verdict> interrupted(int flag) throws IOException {
    declareTypes();
    String type = CONCURRENT + "FutureTask";
    dump.type(type, "java.lang.Object", "state:int");
    dump.thread("waiter").field("interrupted", flag).parkedOn(dump.object(type, Map.of()));
    return verdict();
  }

  private Optional<Verdict> latch(int count) throws IOException {
    declareTypes();
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter");
    queue(thread, CONCURRENT + "CountDownLatch$Sync", Map.of("state", count), WAITING);
    return verdict();
  }

  /** A lock as Java 17 has both, and as 25 has the read-write lock. */
  private Optional<Verdict> lock(String name, String queued, int state) throws IOException {
    declareTypes();
    String type = CONCURRENT + "locks." + name + "$Sync";
    dump.type(type, queued);
    queue(dump.thread("waiter"), type, Map.of("state", state), WAITING);
    return verdict();
  }

  private Optional<Verdict> semaphore(int status) throws IOException {
    declareTypes();
    queue(dump.thread("waiter"), CONCURRENT + "Semaphore$Sync", Map.of(), status);
    return verdict();
  }

  /** Parks a thread with a node of the given status behind the head of a synchronizer's queue. */
  private void queue(
      DumpBuilder.ThreadBuilder thread, String type, Map<String, Integer> state, int status) {
    String nodeType = (dump.isA(type, LONG_QUEUED) ? LONG_QUEUED : QUEUED) + "$Node";
    long node = dump.object(nodeType, Map.of("waiter", thread.id(), "status", status));
    long head = dump.object(nodeType, Map.of("next", node));
    Map<String, Number> fields = new java.util.HashMap<>(state);
    fields.put("head", head);
    fields.put("tail", node);
    thread.parkedOn(dump.object(type, fields));
  }

  private Optional<Verdict> condition(int status, boolean listed) throws IOException {
    declareTypes();
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter");
    long node =
        dump.object(QUEUED + "$ConditionNode", Map.of("waiter", thread.id(), "status", status));
    thread.parkedOn(
        dump.object(QUEUED + "$ConditionObject", Map.of("firstWaiter", listed ? node : 0)));
    return verdict();
  }

  private Optional<Verdict> signaller(boolean waiting) throws IOException {
    declareTypes();
    String type = CONCURRENT + "CompletableFuture$Signaller";
    dump.type(type, "java.lang.Object", "thread:ref");
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter");
    thread.parkedOn(dump.object(type, Map.of("thread", waiting ? thread.id() : 0)));
    return verdict();
  }

  private Optional<Verdict> blocker(String type, String field, int value) throws IOException {
    declareTypes();
    dump.type(type, "java.lang.Object", field);
    String name = field.substring(0, field.indexOf(':'));
    dump.thread("waiter").parkedOn(dump.object(type, Map.of(name, value)));
    return verdict();
  }

  /** Parks a thread whose stack has a node with a match (of nodes that have it) and an item. */
  private Optional<Verdict> stackNode(String type, String nodeType, int match, int item)
      throws IOException {
    declareTypes();
    dump.type(type, "java.lang.Object");
    dump.type(
        nodeType, "java.lang.Object", "match:ref", "item:ref", "waiter:ref", "isData:boolean");
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter");
    long other = dump.object("java.lang.Object", Map.of());
    long node =
        dump.object(
            nodeType, Map.of("match", match * other, "item", item * other, "waiter", thread.id()));
    thread.parkedOn(dump.object(type, Map.of())).frame(type, "await").local(node);
    return verdict();
  }

  private Optional<Verdict> phaser(long state) throws IOException {
    declareTypes();
    String type = CONCURRENT + "Phaser";
    dump.type(type, "java.lang.Object", "state:long");
    dump.type(type + "$QNode", "java.lang.Object", "phaser:ref", "phase:int", "thread:ref");
    DumpBuilder.ThreadBuilder thread = dump.thread("waiter");
    long phaser = dump.object(type, Map.of("state", state));
    thread.parkedOn(
        dump.object(type + "$QNode", Map.of("phaser", phaser, "phase", 0, "thread", thread.id())));
    return verdict();
  }

  private Optional<Verdict> verdict() throws IOException {
    return verdicts(known).stream().findFirst();
  }

  private List<String> notes() throws IOException {
    return new LeakAnalyzer().analyze(dump.writeTo(directory.resolve("dump.hprof"))).notes();
  }

  private List<Verdict> verdicts(ThreadFacts facts) throws IOException {
    Path file = dump.writeTo(directory.resolve("dump.hprof"));
    return new LeakAnalyzer()
        .facts(facts).analyze(file).findings().stream().map(Finding::verdict).toList();
  }
}
