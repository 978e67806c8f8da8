package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class JvmThreadsTest {
  @Test
  void threadsOfTheApplicationAreToldFromThoseOfTheJvm() throws InterruptedException {
    Thread finalizer = JvmThreads.finalizer();
    assertThat(finalizer).isNotNull();
    CountDownLatch release = new CountDownLatch(1);
    Thread other = new Thread(() -> await(release), "Finalizer");
    other.start();
    try {
      assertThat(JvmThreads.finalizer()).as("another of that name").isSameAs(finalizer);
      assertThat(JvmThreads.idsOfApplication())
          .contains(Thread.currentThread().getId(), other.getId())
          .doesNotContain(finalizer.getId());
    } finally {
      release.countDown();
      other.join();
    }
    assertThat(JvmThreads.idsOfApplication()).doesNotContain(other.getId());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
