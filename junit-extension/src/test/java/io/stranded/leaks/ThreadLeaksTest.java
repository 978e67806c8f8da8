package io.stranded.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.junit.fixtures.Leaks;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ThreadLeaksTest {
  private static final LeakOptions SOON = LeakOptions.none().settle(Duration.ofMillis(50));
  private static final List<CountDownLatch> HELD = new CopyOnWriteArrayList<>();

  @Test
  void verifyNoneNamesWhatIsLeftAndIgnoresWhatWasThere() throws Exception {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    LeakOptions before = LeakOptions.ignoreCurrent().or(SOON);
    ThreadLeaks.verifyNone(before);
    Thread thread = new Thread(() -> take(queue), "consumer");
    thread.start();
    assertThatThrownBy(() -> ThreadLeaks.verifyNone(before))
        .isInstanceOf(ThreadLeakError.class)
        .hasMessageContaining("leaves 1 thread behind, alive")
        .hasMessageContaining("\"consumer\"");
    ThreadLeaks.verifyNone(before.mode(LeakMode.PROVEN));
    ThreadLeaks.verifyNone(before.ignore(ThreadFilter.anyFrame("ThreadLeaksTest\\.take")));
    ThreadLeaks.verifyNone(LeakOptions.ignoreCurrent().or(SOON));
    queue.add("");
    thread.join();
    ThreadLeaks.verifyNone(before);
  }

  @Test
  void whatIsIgnoredAddsUp() {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    LeakScope scope = LeakScope.open("a test");
    Leaks.consumer("first", queue);
    LeakOptions ofTheClass = LeakOptions.ignoreCurrent().ignore(ThreadFilter.name("^second"));
    Leaks.consumer("second", queue);
    Leaks.consumer("third", queue);
    LeakOptions ofTheMethod =
        LeakOptions.none().settle(SOON.settle()).ignore(ThreadFilter.name("^third"));
    Leaks.consumer("fourth", queue);
    LeakOptions ofAllTests = LeakOptions.none().ignore(ThreadFilter.name("^fourth"));
    Leaks.consumer("last", queue);
    scope.leave();
    LeakOptions all = ofTheMethod.or(ofTheClass).or(ofAllTests);
    assertThat(scope.check(all, /* all= */ true).leaks())
        .extracting(leak -> leak.thread().name())
        .containsExactly("last");
    queue.addAll(List.of("", "", "", "", ""));
  }

  /** As by a frame that it passes. */
  @Test
  void threadThatIsIgnoredForAMomentIsALeak() {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    LeakScope scope = LeakScope.open("a test");
    Leaks.consumer("first", queue);
    Leaks.consumer("second", queue);
    scope.leave();
    AtomicBoolean once = new AtomicBoolean();
    LeakOptions options =
        SOON.ignore(thread -> thread.name().equals("first") && once.compareAndSet(false, true));
    assertThat(scope.check(options, /* all= */ true).leaks())
        .extracting(leak -> leak.thread().name())
        .containsExactlyInAnyOrder("first", "second");
    queue.addAll(List.of("", ""));
  }

  /** Just too late for the settling time; nothing that is over is left behind. */
  @Test
  void threadThatEndsWhileItIsProvedIsNoLeak() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    LeakScope scope = LeakScope.open("a test");
    Thread late = Leaks.start("late", held::await);
    Quiescence.await();
    scope.leave();
    LeakOptions options =
        LeakOptions.none()
            .settle(Duration.ZERO)
            .ignore(
                thread -> {
                  // It has been seen: from here on it may end.
                  held.countDown();
                  join(late);
                  return false;
                });
    assertThat(scope.check(options, /* all= */ true).leaks()).isEmpty();
  }

  @Test
  void threadsOfTheJdkAreNobodysLeaks() throws Exception {
    LeakScope scope = LeakScope.open("a test");
    HttpClient client = HttpClient.newHttpClient();
    assertThatThrownBy(
            () ->
                client.send(
                    java.net.http.HttpRequest.newBuilder(URI.create("http://localhost:1")).build(),
                    java.net.http.HttpResponse.BodyHandlers.discarding()))
        .isInstanceOf(java.io.IOException.class);
    new CompletableFuture<String>().orTimeout(1, TimeUnit.HOURS);
    CompletableFuture.supplyAsync(() -> "").get();
    ForkJoinPool.commonPool().submit(() -> {}).get();
    new ProcessBuilder("true").start().waitFor();
    scope.leave();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .anyMatch(name -> name.startsWith("HttpClient-"));
    assertThat(scope.check(SOON, /* all= */ true).leaks()).isEmpty();
    assertThat(client).isNotNull();
  }

  @Test
  void interruptsWhatIsToBeInterruptedAndFails() {
    LeakOptions options =
        LeakOptions.ignoreCurrent().or(SOON).consequence(Consequence.INTERRUPT_THEN_FAIL);
    Thread thread = new Thread(() -> take(new LinkedBlockingQueue<>()), "interruptible");
    thread.start();
    assertThatThrownBy(() -> ThreadLeaks.verifyNone(options))
        .isInstanceOf(ThreadLeakError.class)
        .hasMessageContaining("upon which 1 of 1 has ended");
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void doesNotWaitForEverForWhatIgnoresAnInterrupt() throws Exception {
    LeakOptions options =
        LeakOptions.ignoreCurrent().or(SOON).consequence(Consequence.INTERRUPT_THEN_FAIL);
    AtomicBoolean over = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              while (!over.get()) {
                sleep(Duration.ofMillis(1));
              }
            });
    thread.start();
    assertThatThrownBy(() -> ThreadLeaks.verifyNone(options))
        .isInstanceOf(ThreadLeakError.class)
        .hasMessageContaining("upon which 0 of 1 have ended");
    over.set(true);
    thread.join();
  }

  @Test
  void waitsForWhatIsAboutToEnd() {
    LeakOptions options = LeakOptions.ignoreCurrent().settle(Duration.ofSeconds(30));
    new Thread(() -> sleep(Duration.ofMillis(100)), "ending").start();
    ThreadLeaks.verifyNone(options);
  }

  @Test
  void controlFindsItsLeakAndNotItsTwin() {
    assertThat(ThreadLeakControl.selfTest()).contains("proved by a frozen snapshot");
  }

  @Test
  void latchThatTheCallerHoldsIsNotStranded() {
    CountDownLatch held = new CountDownLatch(1);
    LeakScope scope = LeakScope.open("a test");
    Leaks.start("waiter", held::await);
    scope.leave();
    assertThat(scope.check(SOON, /* all= */ false).leaks()).isEmpty();
    assertThat(scope.check(SOON, /* all= */ true).leaks())
        .extracting(ThreadLeak::kind)
        .containsExactly(ThreadLeak.Kind.WAITING);
    held.countDown();
  }

  /** As by a word that an earlier call has left on a stack: it leads nowhere after a collection. */
  @Test
  void latchThatTheFirstLookFindsHeldIsStrandedAllTheSame() throws Exception {
    HELD.add(new CountDownLatch(1));
    Thread holder = holdUntilTheNextCollection();
    LeakScope scope = LeakScope.open("a test");
    Leaks.start("waiter", HELD.get(0)::await);
    scope.leave();
    assertThat(scope.check(SOON, /* all= */ false).leaks())
        .extracting(ThreadLeak::kind)
        .containsExactly(ThreadLeak.Kind.STRANDED);
    holder.join();
  }

  private static Thread holdUntilTheNextCollection() {
    WeakReference<Object> collected = new WeakReference<>(new Object());
    Thread thread =
        new Thread(
            () -> {
              while (collected.get() != null) {
                sleep(Duration.ofMillis(1));
              }
              HELD.clear();
            });
    thread.start();
    return thread;
  }

  private static void take(LinkedBlockingQueue<String> queue) {
    try {
      queue.take();
    } catch (InterruptedException e) {
      // That is its end.
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      // That is its end.
    }
  }
}
