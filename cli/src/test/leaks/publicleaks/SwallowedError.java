package publicleaks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import rx.Observable;

/**
 * RxJava swallowed an error that a delayed source threw, so that whoever blocked for its item did
 * so for ever: its issue 3122. Here that is each worker of a pool.
 */
final class SwallowedError implements PublicLeak {
  private static final int WORKERS = 2;
  private static final AtomicInteger STARTED = new AtomicInteger();

  private static final ExecutorService REQUESTS =
      Executors.newFixedThreadPool(
          WORKERS,
          task -> {
            Thread thread = new Thread(task, "request-" + STARTED.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  private final boolean healthy;

  SwallowedError(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    for (int i = 0; i < WORKERS; i++) {
      REQUESTS.execute(() -> answer(healthy));
    }
  }

  private static void answer(boolean healthy) {
    Observable.<String>create(
            subscriber -> {
              subscriber.onNext("item");
              if (!healthy) {
                throw new NoSuchMethodError("of a library that is older than was compiled with");
              }
              subscriber.onCompleted();
            })
        .delaySubscription(() -> Observable.just("later"))
        .toBlocking()
        .single();
  }
}
