package io.stranded.agent;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.stranded.junit.VerifyNoThreadLeaks;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Tests that leave threads behind which inherit nothing from them, and their healthy twins; run by
 * {@code main}, which prints what became of them.
 */
final class AttributedLeaks implements TestExecutionListener {
  static final String END = "all tests are over";

  /** It is there before any test, so that nothing tells whose what it starts is. */
  private static final ExecutorService OLD = Executors.newFixedThreadPool(3);

  private AttributedLeaks() {}

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < 3; i++) {
      OLD.execute(() -> {});
    }
    AttributedLeaks listener = new AttributedLeaks();
    LauncherFactory.create(
            LauncherConfig.builder().enableLauncherSessionListenerAutoRegistration(false).build())
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .enableImplicitConfigurationParameters(false)
                .configurationParameters(
                    Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4",
                        "junit.jupiter.execution.parallel.config.executor-service", args[0]))
                .selectors(selectClass(OneByOne.class), selectClass(SideBySide.class))
                .build(),
            listener);
    System.out.println(END);
    System.exit(0);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    String text = result.getThrowable().map(e -> ": " + e).orElse("").replace("\n", "|");
    System.out.println(result.getStatus() + " " + test.getDisplayName() + text);
  }

  /** One after the other. */
  @VerifyNoThreadLeaks(settleMillis = 50)
  static class OneByOne {
    private static Thread madeBefore = new Thread();

    @BeforeAll
    static void make() {
      madeBefore = new Thread(waiting(new CountDownLatch(1)), "made before");
      madeBefore.setDaemon(true);
    }

    @Test
    void losesOne() {
      uninherited("lost", waiting(new CountDownLatch(1)));
    }

    @Test
    void joinsOne() throws Exception {
      uninherited("short", waiting(new CountDownLatch(0))).join();
    }

    @Test
    void losesAGrandchild() throws Exception {
      uninherited("middle", () -> start("grandchild", waiting(new CountDownLatch(1)))).join();
    }

    @Test
    void losesByAnOldPool() throws Exception {
      run(OLD, () -> start("lost by the old", waiting(new CountDownLatch(1))));
    }

    @Test
    void joinsByAnOldPool() throws Exception {
      run(OLD, () -> start("short", waiting(new CountDownLatch(0))));
    }

    @Test
    void losesByTheCommonPool() throws Exception {
      run(
          ForkJoinPool.commonPool(),
          () -> start("lost by the common", waiting(new CountDownLatch(1))));
    }

    @Test
    void startsWhatItsClassHasMade() {
      madeBefore.start();
      madeBefore = new Thread();
    }

    @Test
    void losesAVirtualOne() throws Exception {
      virtual("lost virtual", waiting(new CountDownLatch(1)));
    }

    @Test
    void joinsAVirtualOne() throws Exception {
      Thread thread = virtual("short", waiting(new CountDownLatch(0)));
      thread.join();
    }

    /** Nobody can tell that it is this one's. */
    @Test
    void losesUnnamed() throws Exception {
      run(OLD, new Losing());
    }
  }

  /** Several at a time, by the same threads. */
  @VerifyNoThreadLeaks(settleMillis = 50)
  @Execution(ExecutionMode.CONCURRENT)
  static class SideBySide {
    private static final CyclicBarrier BOTH = new CyclicBarrier(2);
    private static final CyclicBarrier INVOCATIONS = new CyclicBarrier(2);

    @Test
    void isClean() throws Exception {
      BOTH.await(20, TimeUnit.SECONDS);
      run(OLD, () -> start("short", waiting(new CountDownLatch(0))));
      uninherited("short", waiting(new CountDownLatch(0)));
      run(OLD, new Losing());
      BOTH.await(20, TimeUnit.SECONDS);
    }

    @Test
    void loses() throws Exception {
      BOTH.await(20, TimeUnit.SECONDS);
      run(OLD, () -> start("lost side by side", waiting(new CountDownLatch(1))));
      uninherited("lost uninherited", waiting(new CountDownLatch(1)));
      BOTH.await(20, TimeUnit.SECONDS);
    }

    /** Of which invocation a stack that names the method is, nobody can tell. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"clean", "leaking"})
    void invocation(String name) throws Exception {
      INVOCATIONS.await(20, TimeUnit.SECONDS);
      if (name.equals("leaking")) {
        run(OLD, () -> start("lost by one of two", waiting(new CountDownLatch(1))));
      }
      INVOCATIONS.await(20, TimeUnit.SECONDS);
    }
  }

  /** Names no test. */
  private static final class Losing implements Runnable {
    @Override
    public void run() {
      start("lost by nobody known", waiting(new CountDownLatch(1)));
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static Thread uninherited(String name, Runnable work) {
    Thread thread =
        new Thread(null, work, name, /* stackSize= */ 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** By reflection, since it is compiled for 17, where it is a platform thread. */
  private static Thread virtual(String name, Runnable work) throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return uninherited(name, work);
    }
    Class<?> type = Class.forName("java.lang.Thread$Builder");
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
    type.getMethod("name", String.class).invoke(builder, name);
    return (Thread) type.getMethod("start", Runnable.class).invoke(builder, work);
  }

  private static Runnable waiting(CountDownLatch latch) {
    return () -> {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // That would end it.
      }
    };
  }

  private static void run(Executor pool, Runnable work) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    pool.execute(
        () -> {
          work.run();
          done.countDown();
        });
    done.await();
  }
}
