package io.stranded.report;

import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.DumpInfo;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.SyncObject;
import io.stranded.finding.Target;
import io.stranded.finding.ThreadCounts;
import io.stranded.finding.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** A profile with every kind of finding, for tests of what reports look like. */
public final class Samples {
  /** A thread's name as an attacker would choose it. */
  public static final String HOSTILE_NAME =
      "</script><img src=x onerror=alert(1)>\"';\u001b[31m\u202e";

  private Samples() {}

  public static LeakProfile profile() {
    List<Finding> findings = List.of(consumers(3), poolWorkers(), hostile(), inconclusive());
    return new LeakProfile(
        Optional.of(new Target("orders", "host-1/4711/1", "host-1", 4711, "17.0.15+6")),
        Instant.parse("2026-11-21T10:15:30.123Z"),
        Optional.of(new DumpInfo(true, RootPrecision.AS_DUMPED, 1_234_567, 93_000_000)),
        ThreadCounts.of(30, 12, findings),
        findings,
        List.of("\"main\" waits for ever, as main threads do on purpose"));
  }

  /** Importers that wait on queues of their own. */
  public static Finding consumers(int count) {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("size", 0L);
    state.put("capacity", 16L);
    return new Finding(
        "0000000000000001",
        Verdict.LEAKED,
        Optional.of(Confidence.PROVEN),
        Cause.QUEUE_CONSUMER_ABANDONED,
        count + " threads wait for an element of an ArrayBlockingQueue that no live code can reach",
        new SyncObject("java.util.concurrent.ArrayBlockingQueue", "parked", state),
        LongStream.rangeClosed(1, count).mapToObj(i -> thread("import-" + i, 20 + i)).toList(),
        10_000,
        List.of(
            "jdk.internal.misc.Unsafe.park(Native Method)",
            "java.util.concurrent.locks.LockSupport.park(LockSupport.java:341)",
            "java.util.concurrent.ArrayBlockingQueue.take(ArrayBlockingQueue.java:420)",
            "app.Import.next(Import.java:31)",
            "app.Import.run(Import.java:17)",
            "app.Import$$Lambda$12/0x0000000800c03000.run(Unknown Source)",
            "java.lang.Thread.run(Thread.java:840)"),
        List.of("java.lang.Thread.start(Thread.java:809)", "app.Import.start(Import.java:11)"),
        List.of("only leaked threads refer to what it waits on"));
  }

  private static Finding poolWorkers() {
    return new Finding(
        "0000000000000002",
        Verdict.LEAKED,
        Optional.of(Confidence.INTERRUPT_ONLY),
        Cause.ORPHANED_POOL_WORKER,
        "2 threads of a thread pool wait for tasks, and the pool is one that no live code can"
            + " reach",
        new SyncObject(
            "java.util.concurrent.LinkedBlockingQueue", "parked", Map.of("shutdown", false)),
        List.of(
            thread("mail", 31),
            new FoundThread("mail", 32, true, Optional.of(Duration.ofMinutes(61)))),
        0,
        List.of(
            "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
            "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)",
            "java.lang.Thread.run(Thread.java:840)"),
        List.of(),
        List.of("live code still holds the Thread and could interrupt it"));
  }

  private static Finding hostile() {
    return new Finding(
        "0000000000000003",
        Verdict.LEAKED,
        Optional.of(Confidence.PROVEN),
        Cause.LATCH_NEVER_COUNTED_DOWN,
        "1 thread waits for a CountDownLatch that no live code can reach",
        new SyncObject(
            "java.util.concurrent.CountDownLatch", "parked", Map.of("owner", HOSTILE_NAME)),
        List.of(thread(HOSTILE_NAME, 41)),
        4096,
        List.of(
            "java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)",
            "app.<b>;Evil.run(<script>.java:1)"),
        List.of(),
        List.of("it waits for \"" + HOSTILE_NAME + "\", which is leaked itself"));
  }

  private static Finding inconclusive() {
    return new Finding(
        "0000000000000004",
        Verdict.INCONCLUSIVE,
        Optional.of(Confidence.PROVEN),
        Cause.BARE_PARK,
        "perhaps 1 thread is parked without a blocker, and no live code has the Thread to unpark"
            + " it",
        new SyncObject("", "bare-park", Map.of()),
        List.of(thread("poller", 51)),
        0,
        List.of(),
        List.of(),
        List.of("a park without a blocker may just have been unparked"));
  }

  private static FoundThread thread(String name, long id) {
    return new FoundThread(name, id, false, Optional.empty());
  }
}
