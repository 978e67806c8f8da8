package io.stranded.internal.source;

import io.stranded.internal.recording.FrameText;
import io.stranded.internal.source.ThreadEvent.Ended;
import io.stranded.internal.source.ThreadEvent.Gap;
import io.stranded.internal.source.ThreadEvent.Released;
import io.stranded.internal.source.ThreadEvent.Told;
import io.stranded.internal.source.ThreadEvent.Waiting;
import java.lang.management.LockInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks at the platform threads of a JVM again and again, over JMX and without an agent.
 *
 * <p>The JVM counts the waits of each thread. A thread that waits with the same count in two looks
 * has been in that one wait between them. Virtual threads are not seen.
 */
public final class SamplingEventSource implements EventSource {
  /** A wait that was seen: the thread's count of waits, and when it was seen first. */
  private record Seen(long count, Instant since, boolean told) {}

  private static final int DEEPEST_STACK = 64;

  private final ThreadMXBean threads;
  private final Duration interval;
  private final Map<Long, Seen> waits = new HashMap<>();
  private final AtomicBoolean again = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Looks at the threads once per interval. */
  public SamplingEventSource(ThreadMXBean threads, Duration interval) {
    this.threads = threads;
    this.interval = interval;
  }

  @Override
  public void start(Consumer<ThreadEvent> consumer) {
    Thread sampler = new Thread(() -> run(consumer), "stranded-sampler");
    sampler.setDaemon(true);
    sampler.start();
  }

  @Override
  public void tellAgain() {
    again.set(true);
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run(Consumer<ThreadEvent> consumer) {
    try {
      do {
        Instant before = Instant.now();
        look(before, consumer);
        consumer.accept(new Told(before));
      } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RuntimeException e) {
      // The connection is gone: the target has ended, or the watcher will find out what else.
      consumer.accept(new Gap());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Instant now, Consumer<ThreadEvent> consumer) {
    if (again.getAndSet(false)) {
      waits.replaceAll((id, seen) -> new Seen(seen.count(), seen.since(), false));
    }
    long[] ids = threads.getAllThreadIds();
    Set<Long> alive = new HashSet<>();
    for (ThreadInfo info : threads.getThreadInfo(ids)) {
      if (info != null) {
        alive.add(info.getThreadId());
        look(info, now, consumer);
      }
    }
    waits
        .keySet()
        .removeIf(
            id -> {
              boolean ended = !alive.contains(id);
              if (ended) {
                consumer.accept(new Ended(id));
              }
              return ended;
            });
  }

  private void look(ThreadInfo info, Instant now, Consumer<ThreadEvent> consumer) {
    long id = info.getThreadId();
    long count = info.getWaitedCount() + info.getBlockedCount();
    Seen seen = waits.get(id);
    boolean waiting =
        info.getThreadState() == Thread.State.WAITING
            || info.getThreadState() == Thread.State.BLOCKED;
    if (seen != null && (!waiting || seen.count() != count)) {
      waits.remove(id);
      consumer.accept(new Released(id));
      seen = null;
    }
    if (!waiting) {
      return;
    }
    if (seen == null) {
      waits.put(id, new Seen(count, now, false));
    } else if (!seen.told()) {
      tell(info, seen, consumer);
      waits.put(id, new Seen(count, seen.since(), true));
    }
  }

  /** A thread's stack is fetched once per wait, when that has outlasted one interval. */
  private void tell(ThreadInfo info, Seen seen, Consumer<ThreadEvent> consumer) {
    ThreadInfo withStack = threads.getThreadInfo(info.getThreadId(), DEEPEST_STACK);
    LockInfo lock = info.getLockInfo();
    List<String> stack =
        withStack == null
            ? List.of()
            : Arrays.stream(withStack.getStackTrace())
                .map(frame -> FrameText.plain(frame.toString()))
                .toList();
    consumer.accept(
        new Waiting(
            info.getThreadId(),
            info.getThreadName(),
            /* virtual= */ false,
            seen.count(),
            seen.since(),
            /* timed= */ false,
            lock == null ? "" : lock.getClassName(),
            stack));
  }
}
