package io.stranded.benchmarks.kafka;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Findings of about a given size, no two the same, with names as programs have them. */
final class SampleFindings {
  private static final int THREAD_BYTES = 78;
  private static final int FRAME_BYTES = 75;
  private static final int FRAMES = 30;
  private static final int REST_BYTES = 1000;

  private final Random random = new Random(42);

  /** A finding of a leak, whose message is of about so many bytes. */
  Finding finding(String fingerprint, int bytes) {
    List<String> stack = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      stack.add(
          "com.example.orders.%s.%s(%s.java:%d)".formatted(word(9), word(12), word(9), number()));
    }
    List<FoundThread> threads = new ArrayList<>();
    int count = Math.max(1, (bytes - REST_BYTES - FRAMES * FRAME_BYTES) / THREAD_BYTES);
    for (int i = 0; i < count; i++) {
      threads.add(
          new FoundThread(
              "pool-%d-thread-%d".formatted(number(), number()),
              random.nextInt(100_000),
              false,
              Optional.of(Duration.ofMillis(random.nextInt(1_000_000)))));
    }
    return new Finding(
        fingerprint,
        Verdict.LEAKED,
        Optional.of(Confidence.PROVEN),
        Cause.QUEUE_CONSUMER_ABANDONED,
        count + " threads wait for an element of a queue that no live code can reach",
        new SyncObject("java.util.concurrent.LinkedBlockingQueue", "parked", Map.of("size", 0L)),
        threads,
        random.nextInt(1_000_000),
        stack,
        List.of(),
        List.of("only leaked threads refer to what it waits on"));
  }

  /** What one look at a JVM found. */
  static LeakProfile profile(Target target, Instant takenAt, List<Finding> findings) {
    return new LeakProfile(
        Optional.of(target),
        takenAt,
        Optional.of(new DumpInfo(true, RootPrecision.AS_DUMPED, 120_000, 9_000_000)),
        ThreadCounts.of(100, 50, findings),
        findings,
        List.of());
  }

  /** One of many JVMs. */
  static Target jvm(int number) {
    String host = "host-" + number;
    return new Target(
        "service-" + number % 20,
        host + "/1/" + number,
        host,
        1,
        "17.0.15+6",
        Optional.of("1." + number % 7));
  }

  private String word(int letters) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < letters; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  private int number() {
    return random.nextInt(1000);
  }
}
