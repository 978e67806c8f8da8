package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Finding;
import io.stranded.finding.Verdict;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dump cannot show is no proof: an object that one call was just handing to another. */
class ResultsInFlightTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";

  /** Every thread was seen in the same wait before and after the dump. */
  static final ThreadFacts STEADY =
      new ThreadFacts() {
        @Override
        public Steadiness steadiness(long threadId) {
          return Steadiness.STEADY;
        }
      };

  @TempDir Path directory;
  private final DumpBuilder dump =
      new DumpBuilder()
          .type(FUTURE, "java.lang.Object", "state:int")
          .type("app.Gate", "java.lang.Object");

  @Test
  void nobodyIsJustHandedAnythingWhereNoJavaCodeRuns() throws IOException {
    waiter(1);
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.LEAKED);
  }

  @Test
  void runningThreadMayJustHaveBeenHandedTheFuture() throws IOException {
    waiter(1);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void monitorMayBeHandedOverAsWell() throws IOException {
    long gate = dump.object("app.Gate", Map.of());
    dump.thread("waiter").waiting().frame("java.lang.Object", "wait").local(gate);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void completableFutureIsHandedOverLikeAnyOther() throws IOException {
    String signaller = "java.util.concurrent.CompletableFuture$Signaller";
    dump.type(signaller, "java.lang.Object", "thread:ref");
    DumpBuilder.ThreadBuilder waiter = dump.thread("waiter");
    waiter.parkedOn(dump.object(signaller, Map.of("thread", waiter.id())));
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.LEAKED);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void whoWaitsOnAfterTheDumpIsHandedNothing() throws IOException {
    waiter(1);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(STEADY)).containsExactly(Verdict.LEAKED);
  }

  @Test
  void moreThreadsThanRunAreNotAllHandedTheirs() throws IOException {
    waiter(1);
    waiter(2);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.LEAKED);
  }

  /** Two workers of a pool that a running thread has in hand. */
  @Test
  void oneResultMayBeWhatSeveralWaitOn() throws IOException {
    long future = dump.object(FUTURE, Map.of());
    for (int i = 0; i < 2; i++) {
      dump.thread("waiter-" + i).parkedOn(future).frame("app.Client", "call");
    }
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.LEAKED);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void oneCompletableFutureMayBeWhatSeveralWaitOn() throws IOException {
    String signaller = "java.util.concurrent.CompletableFuture$Signaller";
    dump.type(signaller, "java.lang.Object", "thread:ref");
    for (int i = 0; i < 2; i++) {
      DumpBuilder.ThreadBuilder waiter = dump.thread("waiter-" + i);
      waiter.parkedOn(dump.object(signaller, Map.of("thread", waiter.id())));
    }
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.LEAKED);
    dump.thread("worker").frame("app.Worker", "run");
    assertThat(verdicts(ThreadFacts.NONE)).containsExactly(Verdict.INCONCLUSIVE);
  }

  private void waiter(int number) {
    dump.thread("waiter-" + number)
        .parkedOn(dump.object(FUTURE, Map.of()))
        .frame("app.Client", "call");
  }

  private List<Verdict> verdicts(ThreadFacts facts) throws IOException {
    Path file = dump.writeTo(directory.resolve("dump.hprof"));
    return new LeakAnalyzer()
        .facts(facts).analyze(file).findings().stream().map(Finding::verdict).toList();
  }
}
