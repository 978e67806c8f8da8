package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thread that is held, waits in vain and is waited for is told once, whoever was started first.
 */
class SnapshotJoinTest {
  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void threadThatIsHeldAndJoinedIsToldOnce(Jdk jdk) {
    List<String> command = List.of("-XX:+EnableDynamicAgentLoading", Joiners.class.getName());
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      SnapshotResult result =
          ForkedTarget.snapshots(jvm, directory)
              .take(
                  SnapshotRequest.ofAll(JdkRules.rules()).withAtLeast(SnapshotRequest.Reach.WEAK));
      assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
      List<String> ids =
          ((SnapshotResult.Unreached) result)
              .island().waiters().stream().map(waiter -> Long.toString(waiter.id())).toList();
      List<String> expected =
          jvm.output().stream()
              .filter(line -> line.startsWith("id "))
              .map(line -> line.substring(3))
              .toList();
      assertThat(expected).hasSize(4);
      assertThat(ids).containsAll(expected).doesNotHaveDuplicates();
    }
  }

  /** Two threads that are held and wait for ever, and for each one that joins it. */
  static final class Joiners {
    private static final List<Thread> HELD = new ArrayList<>();

    private Joiners() {}

    public static void main(String[] args) throws IOException {
      Thread early = new Thread(Joiners::waitForEver);
      early.start();
      Thread late = new Thread(Joiners::waitForEver);
      List<Thread> threads = new ArrayList<>(List.of(early, late));
      for (Thread joined : List.of(late, early)) {
        Thread joiner = new Thread(() -> join(joined));
        joiner.start();
        threads.add(joiner);
      }
      late.start();
      HELD.addAll(List.of(early, late));
      for (Thread thread : threads) {
        while (thread.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        System.out.println("id " + thread.getId());
      }
      System.out.println("READY");
      System.in.read();
    }

    /** One that has not been started yet is not waited for. */
    private static void join(Thread joined) {
      while (!joined.isAlive()) {
        Thread.onSpinWait();
      }
      try {
        joined.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void waitForEver() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
