import io.stranded.corpus.Expected;
import io.stranded.finding.Cause;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.TimeUnit;

/**
 * Owners of structured scopes that wait for their subtasks: for one that sleeps, for one that never
 * ends, and for one that the scope's timeout will interrupt. A preview of JDK 25, run from source.
 * The virtual threads that are asleep may hide anything in their frames, so that nothing is proved.
 */
public final class StructuredScopes {
  private StructuredScopes() {}

  public static void main(String[] args) throws Exception {
    scope(Expected.live("owner"), Expected.live("subtask"), Duration.ofDays(2), asleep());
    scope(
        Expected.name(Expected.Kind.DOUBT, Cause.BARE_PARK, "owner"),
        Expected.name(Expected.Kind.DOUBT, Cause.LATCH_NEVER_COUNTED_DOWN, "subtask"),
        null,
        StructuredScopes::awaitDropped);
    scope(
        Expected.live("owner-with-timeout"),
        Expected.live("subtask-with-timeout"),
        Duration.ofDays(1),
        StructuredScopes::awaitDropped);
    scope(Expected.live("owner-without-timeout"), Expected.live("asleep"), null, asleep());
    System.out.println("READY");
    System.in.read();
  }

  private static void scope(
      String owner, String subtask, Duration timeout, Callable<String> work) throws Exception {
    System.out.println("THREAD " + owner);
    System.out.println("THREAD " + subtask);
    CountDownLatch forked = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(owner)
            .start(
                () -> {
                  try (var scope =
                      StructuredTaskScope.open(
                          Joiner.<String>awaitAll(),
                          config ->
                              (timeout == null ? config : config.withTimeout(timeout))
                                  .withThreadFactory(
                                      Thread.ofVirtual().name(subtask).factory()))) {
                    scope.fork(
                        () -> {
                          forked.countDown();
                          return work.call();
                        });
                    scope.join();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    forked.await();
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    // The subtask waits in its own time.
    TimeUnit.MILLISECONDS.sleep(50);
  }

  private static Callable<String> asleep() {
    return () -> {
      TimeUnit.DAYS.sleep(1);
      return "done";
    };
  }

  private static String awaitDropped() throws InterruptedException {
    new CountDownLatch(1).await();
    return "never";
  }
}
