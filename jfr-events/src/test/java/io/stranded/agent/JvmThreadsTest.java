package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class JvmThreadsTest {
  @Test
  void finalizerIsTheOneOfTheJvm() throws InterruptedException {
    Thread finalizer = JvmThreads.finalizer();
    assertThat(finalizer).isNotNull().satisfies(thread -> assertThat(thread.isDaemon()).isTrue());
    CountDownLatch release = new CountDownLatch(1);
    Thread other = new Thread(() -> await(release), "Finalizer");
    other.start();
    try {
      assertThat(JvmThreads.finalizer()).isSameAs(finalizer);
    } finally {
      release.countDown();
      other.join();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
