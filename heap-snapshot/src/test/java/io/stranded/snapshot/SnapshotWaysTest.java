package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A snapshot tells who still holds what a thread waits on, or the Thread of one that is in no such
 * wait, by the names of the target.
 */
class SnapshotWaysTest {
  private static final String SYNC =
      "java.util.concurrent.CountDownLatch.sync -> " + "java.util.concurrent.CountDownLatch$Sync";
  private static final String HOLDERS = Holders.class.getName();

  private static final Pattern ID = Pattern.compile("id (\\S+) (\\d+)");

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void holderOfWhatLiveThreadsWaitOnIsNamed(Jdk jdk) {
    List<String> command = List.of("-XX:+EnableDynamicAgentLoading", HOLDERS);
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Map<String, Long> ids = new HashMap<>();
      for (String line : jvm.output()) {
        Matcher id = ID.matcher(line);
        if (id.matches()) {
          ids.put(id.group(1), Long.parseLong(id.group(2)));
        }
      }
      SnapshotRequest request =
          SnapshotRequest.ofAll(JdkRules.rules()).withWays(new HashSet<>(ids.values()));
      SnapshotResult result = ForkedTarget.snapshots(jvm, directory).take(request);
      assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
      assertThat(((SnapshotResult.Unreached) result).ways().missing()).isEmpty();
      Map<Long, String> ways = ((SnapshotResult.Unreached) result).ways().byThread();
      assertThat(ways.get(ids.get("registered")))
          .isEqualTo(
              "class %s.REGISTRY -> java.util.ArrayDeque.elements -> java.lang.Object[][0] -> %s"
                  .formatted(HOLDERS, SYNC));
      assertThat(ways.get(ids.get("local")))
          .matches(
              "a local of \\Q%s\\E\\.main in the thread #\\d+ -> \\Q%s\\E"
                  .formatted(HOLDERS, SYNC));
      assertThat(ways.get(ids.get("task")))
          .matches(
              "the thread #\\d+ -> \\Q%s.latch -> %s\\E".formatted(Asleep.class.getName(), SYNC));
      assertThat(ways.get(ids.get("inherited")))
          .isEqualTo(
              "class %s.DERIVED -> %s.latch -> %s"
                  .formatted(HOLDERS, Derived.class.getName(), SYNC));
      assertThat(ways.get(ids.get("kept")))
          .isEqualTo("class %s.ASLEEP -> %s".formatted(HOLDERS, Asleep.class.getName()));
      Set<Long> held =
          Set.of(
              ids.get("registered"),
              ids.get("local"),
              ids.get("task"),
              ids.get("inherited"),
              ids.get("kept"));
      assertThat(ways).containsOnlyKeys(held);
    }
  }

  /** Threads on latches that are held in different ways, and one on a latch that nobody has. */
  static final class Holders {
    private static final Deque<Object> REGISTRY = new ArrayDeque<>();
    private static final Derived DERIVED = new Derived();
    private static final Asleep ASLEEP = new Asleep(new CountDownLatch(1));

    private Holders() {}

    public static void main(String[] args) throws IOException {
      register();
      await("inherited", DERIVED.latch);
      await("dropped", new CountDownLatch(1));
      ofTask();
      asleep("kept", ASLEEP);
      asleep("nobody's", new Asleep(new CountDownLatch(1)));
      CountDownLatch local = new CountDownLatch(1);
      await("local", local);
      System.out.println("READY");
      System.in.read();
      local.countDown();
    }

    private static void register() {
      CountDownLatch latch = new CountDownLatch(1);
      REGISTRY.add(latch);
      await("registered", latch);
    }

    /** The latch is held by a thread that lives. */
    private static void ofTask() {
      CountDownLatch latch = new CountDownLatch(1);
      await("task", latch);
      new Asleep(latch).start();
    }

    private static void asleep(String name, Asleep thread) {
      thread.start();
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      System.out.println("id " + name + " " + thread.getId());
    }

    private static void await(String name, CountDownLatch latch) {
      Thread thread = new Thread(() -> await(latch), name);
      thread.start();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      System.out.println("id " + name + " " + thread.getId());
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Has a latch that its subclass inherits, behind another field. */
  static class Base {
    final Object first = new Object();
    final CountDownLatch latch = new CountDownLatch(1);
  }

  /** Has the fields of its superclass. */
  static final class Derived extends Base {}

  /** A thread with a latch as its own field. */
  static final class Asleep extends Thread {
    private final CountDownLatch latch;

    Asleep(CountDownLatch latch) {
      this.latch = latch;
    }

    @Override
    public void run() {
      sleepLong();
      latch.countDown();
    }

    private static void sleepLong() {
      try {
        Thread.sleep(1_000_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
