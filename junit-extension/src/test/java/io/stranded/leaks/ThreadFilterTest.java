package io.stranded.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One thread, by each filter, and by one of the same kind that means another thread. */
class ThreadFilterTest {
  private static final CountDownLatch HELD = new CountDownLatch(1);
  private static final String HERE = "^io\\.stranded\\.leaks\\.ThreadFilterTest";

  @AfterAll
  static void end() {
    HELD.countDown();
  }

  static Stream<Arguments> filters() {
    return Stream.of(
        Arguments.of("name", ThreadFilter.name("^some"), ThreadFilter.name("^body")),
        Arguments.of("group", ThreadFilter.group("^shop$"), ThreadFilter.group("^somebody$")),
        Arguments.of(
            "runnable", ThreadFilter.runnable("\\$Work$"), ThreadFilter.runnable("CountDownLatch")),
        Arguments.of(
            "any frame",
            ThreadFilter.anyFrame(HERE + "\\$Work\\.run"),
            ThreadFilter.anyFrame(HERE + "\\.create")),
        Arguments.of(
            "top frame",
            ThreadFilter.topFrame(HERE + "\\$Work\\.waits"),
            ThreadFilter.topFrame(HERE + "\\$Work\\.run")),
        Arguments.of(
            "creator",
            ThreadFilter.creator(HERE + "\\.create"),
            ThreadFilter.creator(HERE + "\\$Work")),
        Arguments.of(
            "predicate",
            (ThreadFilter) thread -> thread.state() == Thread.State.WAITING,
            (ThreadFilter) thread -> thread.state() == Thread.State.RUNNABLE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("filters")
  void ignoresTheThreadThatItMeansAndNoOther(String kind, ThreadFilter its, ThreadFilter another)
      throws TimeoutException {
    assertThat(left(its)).as(kind).isZero();
    assertThat(left(another)).as("the other " + kind).isOne();
  }

  private static int left(ThreadFilter filter) throws TimeoutException {
    LeakScope scope = LeakScope.open("a test");
    create();
    Quiescence.await();
    scope.leave();
    LeakOptions options = LeakOptions.none().settle(Duration.ofMillis(50)).ignore(filter);
    LeakReport report = scope.check(options, /* all= */ true);
    return report.leaks().size();
  }

  private static void create() {
    Thread thread = new Thread(new ThreadGroup("shop"), new Work(), "somebody");
    thread.setDaemon(true);
    thread.start();
  }

  private static final class Work implements Runnable {
    @Override
    public void run() {
      try {
        waits();
      } catch (InterruptedException e) {
        // That is its end.
      }
    }

    private static void waits() throws InterruptedException {
      HELD.await();
    }
  }
}
