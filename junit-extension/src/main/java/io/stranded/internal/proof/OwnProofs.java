package io.stranded.internal.proof;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.stranded.finding.FailureLine;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.RootPrecision;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.snapshot.Exchange;
import io.stranded.snapshot.IslandHprof;
import io.stranded.snapshot.OwnJvm;
import io.stranded.snapshot.SnapshotRequest;
import io.stranded.snapshot.SnapshotResult;
import io.stranded.snapshot.Snapshots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Proves which threads of our own JVM can never run again: by a snapshot where the platform has it,
 * else by a heap dump. One at a time; safe for use by several threads.
 *
 * <p>It is done in a thread of its own, on whose stack no Thread has ever been: a look at bare
 * words would find it there and take the thread for held. For the same reason callers give ids, and
 * must not have the threads themselves in their frames.
 */
public final class OwnProofs {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  /** A heap that takes longer to dump than a test is worth. */
  private static final long MOST_DUMPED_BYTES = 2L << 30;

  private static int count;

  private OwnProofs() {}

  /**
   * Proves it now. Never throws: what went wrong is in the answer.
   *
   * <p>A word that an earlier call has left on a stack may make a thread look held, or alive. So
   * where one of these does, garbage is collected, upon which they are at other places, and it is
   * done again.
   *
   * @param createdBy the threads in question with who started them, as far as that is known
   * @param waiting those of them that wait without a timeout; others are never stranded
   * @param looks how often it is done at most
   */
  public static synchronized Proof now(
      Map<Long, List<String>> createdBy, Set<Long> waiting, int looks) {
    return new Looks(() -> once(createdBy), OwnProofs::moveAll).at(waiting, looks);
  }

  /** Who runs meanwhile leaves other words on its stack. */
  private static void moveAll() {
    System.gc();
    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
  }

  private static Proof once(Map<Long, List<String>> createdBy) {
    Proving proving = new Proving(createdBy);
    Thread prover = new OwnThread("stranded-proof", proving);
    prover.start();
    forgetCalls();
    return proving.await();
  }

  /**
   * Clears what earlier calls of this thread have left on its stack. To be called before frames are
   * entered that are there while a proof is taken: not all of their words are set.
   */
  public static void forgetCalls() {
    OwnLibrary.get().jvm().ifPresent(OwnJvm::forgetCalls);
  }

  /** A proof by a thread of its own. */
  private static final class Proving implements Runnable {
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Map<Long, List<String>> createdBy;
    private volatile Proof result = new Proof(List.of(), "the proof failed", Duration.ZERO);

    Proving(Map<Long, List<String>> createdBy) {
      this.createdBy = createdBy;
    }

    @Override
    public void run() {
      try {
        // The system gives the stacks of threads that have ended to new ones.
        forgetCalls();
        ready.await();
        result = prove(createdBy);
      } catch (InterruptedException e) {
        // Then there is none.
      } finally {
        done.countDown();
      }
    }

    /**
     * Without a timeout, although it may take long: of a thread that waits so, the JVM tells what
     * it holds, and nobody has to look at the words on its stack.
     */
    Proof await() {
      ready.countDown();
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return result;
    }
  }

  private static Proof prove(Map<Long, List<String>> createdBy) {
    long start = System.nanoTime();
    String problem;
    try {
      Path directory = Files.createTempDirectory("stranded-proof-");
      try {
        Object answer = bySnapshot(directory, createdBy);
        if (answer instanceof LeakProfile profile) {
          return new Proof(List.of(profile), "a frozen snapshot of this JVM", since(start));
        }
        String reason = answer.toString();
        LeakProfile profile = byDump(directory, createdBy);
        return new Proof(List.of(profile), "a heap dump, since " + reason, since(start));
      } finally {
        delete(directory);
      }
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      problem = e instanceof Exception failed ? FailureLine.of(failed) : e.toString();
    }
    return new Proof(List.of(), "there is no proof: " + problem, since(start));
  }

  /** A profile, or the reason why there is none. */
  private static Object bySnapshot(Path directory, Map<Long, List<String>> createdBy)
      throws IOException {
    OwnLibrary library = OwnLibrary.get();
    Optional<OwnJvm> jvm = library.jvm();
    if (jvm.isEmpty()) {
      return library.problem();
    }
    Map<Long, ThreadInfo> before = LookFacts.look();
    forgetCalls();
    SnapshotResult result =
        new Snapshots(jvm.get(), /* library= */ "", Exchange.in(directory))
            .take(
                SnapshotRequest.ofAll(AnalyzerRules.all())
                    .withAtLeast(SnapshotRequest.Reach.WEAK)
                    .withDeadline(DEADLINE));
    if (result instanceof SnapshotResult.Refused refused) {
      return refused.reason();
    }
    if (result instanceof SnapshotResult.Unreached unreached) {
      Path file = directory.resolve("island-" + count++ + ".hprof");
      LookFacts facts =
          new LookFacts(RootPrecision.FROZEN, before, createdBy).frozen(unreached.island());
      Files.createFile(file);
      IslandHprof.write(unreached.island(), file, System.currentTimeMillis());
      return new LeakAnalyzer().facts(facts).explainsHolders(true).analyze(file);
    }
    return Profiles.allLive(((SnapshotResult.AllLive) result).figures());
  }

  private static LeakProfile byDump(Path directory, Map<Long, List<String>> createdBy)
      throws IOException {
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    if (used > MOST_DUMPED_BYTES) {
      throw new IOException(
          "the heap is too large to be dumped for a test: " + (used >> 20) + " MiB");
    }
    Map<Long, ThreadInfo> before = LookFacts.look();
    Path file = directory.resolve("heap.hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(file.toString(), /* live= */ false);
    LookFacts facts = new LookFacts(RootPrecision.AS_DUMPED, before, createdBy);
    return new LeakAnalyzer().facts(facts).analyze(file);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }
}
