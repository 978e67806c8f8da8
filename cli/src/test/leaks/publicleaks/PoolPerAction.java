package publicleaks;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import rx.Observable;
import rx.Scheduler;
import rx.concurrency.Schedulers;

/**
 * RxJava made a pool for each action of its scheduler of new threads, and shut none of them down:
 * its issue 632.
 */
final class PoolPerAction implements PublicLeak {
  private static final ScheduledExecutorService SHARED =
      Executors.newScheduledThreadPool(
          1,
          task -> {
            Thread thread = new Thread(task, "fine-worker");
            thread.setDaemon(true);
            return thread;
          });

  private final boolean healthy;

  PoolPerAction(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    for (int i = 0; i < 3; i++) {
      Scheduler scheduler = healthy ? Schedulers.executor(SHARED) : Schedulers.newThread();
      Observable.from(i).subscribeOn(scheduler).toBlockingObservable().single();
    }
  }
}
