package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamEventSourceTest {
  private static final long PATIENCE_SECONDS = 60;

  @Test
  void eventThatCannotBeTakenInLeavesAGap() throws InterruptedException {
    CountDownLatch gap = new CountDownLatch(1);
    StreamEventSource source = StreamEventSource.ownJvm(Map.of("jdk.ThreadStart#enabled", "true"));
    try {
      source.start(
          event -> {
            if (event instanceof ThreadEvent.Gap) {
              gap.countDown();
            } else {
              throw new IllegalStateException("not taken in: " + event);
            }
          });
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (gap.getCount() > 0 && System.nanoTime() < deadline) {
        // Until the stream is at work, no start of a thread is told.
        new Thread(() -> {}, "started").start();
        if (gap.await(100, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    } finally {
      source.close();
    }
    assertThat(gap.getCount()).isZero();
  }
}
