package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.DumpBuilder.ThreadBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads by the thousand, in the shapes that invite a step for each pair of them. */
class ManyThreadsTest {
  private static final int DEEP = 10_000;
  private static final int MANY = 100_000;
  private static final String FUTURE = "java.util.concurrent.FutureTask";

  @TempDir Path directory;
  private final DumpBuilder dump = new DumpBuilder().type(FUTURE, "java.lang.Object", "state:int");

  @Test
  void chainOfJoinsIsLeakedToItsStart() throws IOException {
    ThreadBuilder joined = dump.thread("end");
    joined.parkedOn(dump.object(FUTURE, Map.of()));
    for (int i = 1; i < DEEP; i++) {
      joined = joining("joining", joined.id());
    }
    assertThat(leaked())
        .isEqualTo(Map.of(Cause.SYNCHRONIZER_ABANDONED, 1, Cause.JOIN_ON_LEAKED_THREAD, DEEP - 1));
  }

  @Test
  void chainOfJoinsThatEndsInARunningThreadIsLive() throws IOException {
    ThreadBuilder joined = dump.thread("end").frame("app.Task", "run");
    for (int i = 1; i < DEEP; i++) {
      joined = joining("joining", joined.id());
    }
    assertThat(leaked()).isEmpty();
  }

  @Test
  void ringOfJoinsIsOneDeadlock() throws IOException {
    ThreadBuilder first = dump.thread("ring");
    ThreadBuilder joined = first;
    for (int i = 1; i < DEEP; i++) {
      joined = joining("ring", joined.id());
    }
    join(first, joined.id());
    LeakProfile profile = analyze();
    assertThat(profile.findings()).singleElement().extracting(Finding::count).isEqualTo(DEEP);
    assertThat(profile.findings().get(0).cause()).isEqualTo(Cause.DEADLOCK);
  }

  @Test
  void chainOfStacksIsLeakedToItsEnd() throws IOException {
    long next = dump.object(FUTURE, Map.of());
    for (int i = 0; i < DEEP; i++) {
      long mine = dump.object(FUTURE, Map.of());
      dump.thread("holder").parkedOn(mine).frame("app.Task", "run").local(next);
      next = mine;
    }
    assertThat(leaked()).isEqualTo(Map.of(Cause.SYNCHRONIZER_ABANDONED, DEEP));
  }

  @Test
  void manyThreadsWaitForOneObject() throws IOException {
    long future = dump.object(FUTURE, Map.of());
    for (int i = 0; i < MANY; i++) {
      dump.thread("waiter").parkedOn(future);
    }
    assertThat(leaked()).isEqualTo(Map.of(Cause.SYNCHRONIZER_ABANDONED, MANY));
    dump.root(future);
    assertThat(leaked()).isEmpty();
  }

  @Test
  void manyThreadsWaitForObjectsOfTheirOwn() throws IOException {
    for (int i = 0; i < MANY; i++) {
      dump.thread("waiter").parkedOn(dump.object(FUTURE, Map.of()));
    }
    assertThat(leaked()).isEqualTo(Map.of(Cause.SYNCHRONIZER_ABANDONED, MANY));
  }

  @Test
  void manyThreadsQueueForOneSemaphore() throws IOException {
    String queued = "java.util.concurrent.locks.AbstractQueuedSynchronizer";
    String semaphore = "java.util.concurrent.Semaphore$Sync";
    dump.type(queued, "java.lang.Object", "head:ref")
        .type(queued + "$Node", "java.lang.Object", "next:ref", "waiter:ref", "status:int")
        .type(semaphore, queued);
    long sync = dump.newId();
    long next = 0;
    for (int i = 0; i < MANY; i++) {
      ThreadBuilder thread = dump.thread("waiter").parkedOn(sync);
      next =
          dump.object(queued + "$Node", Map.of("next", next, "waiter", thread.id(), "status", 1));
    }
    dump.object(sync, semaphore, Map.of("head", next));
    assertThat(leaked().values()).containsExactly(MANY);
  }

  private ThreadBuilder joining(String name, long joined) {
    ThreadBuilder thread = dump.thread(name);
    join(thread, joined);
    return thread;
  }

  private static void join(ThreadBuilder thread, long joined) {
    thread
        .waiting()
        .frame("java.lang.Object", "wait")
        .frame("java.lang.Thread", "join")
        .local(joined);
  }

  private Map<Cause, Integer> leaked() throws IOException {
    return analyze().findings().stream()
        .filter(finding -> finding.verdict() == Verdict.LEAKED)
        .collect(Collectors.toMap(Finding::cause, Finding::count));
  }

  private LeakProfile analyze() throws IOException {
    return new LeakAnalyzer().analyze(dump.writeTo(directory.resolve("many.hprof")));
  }
}
