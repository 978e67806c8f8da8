package io.stranded.testng;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.Leaks;
import io.stranded.leaks.ThreadLeakControl;
import org.junit.jupiter.api.Test;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

class ThreadLeakListenerTest {
  @Test
  void onlyTheMethodThatLeaksFails() {
    TestListenerAdapter results = new TestListenerAdapter();
    TestNG testng = new TestNG(/* useDefaultListeners= */ false);
    testng.setTestClasses(new Class<?>[] {Leaking.class});
    testng.addListener(new ThreadLeakListener());
    testng.addListener(results);
    testng.run();
    assertThat(results.getFailedTests()).extracting(ITestResult::getName).containsExactly("leaks");
    assertThat(results.getFailedTests().get(0).getThrowable())
        .hasMessageContaining("Leaking.leaks() leaves 1 thread behind, which can never run again")
        .hasMessageContaining("latch never counted down");
    assertThat(results.getPassedTests()).extracting(ITestResult::getName).containsExactly("joins");
  }

  /** Some of its classes have fields of types that are there only with what it can do without. */
  @Test
  void whatATestHasLeftBehindDoesNotStandInTheWayOfSnapshots() {
    runAgain();
    assertThat(ThreadLeakControl.selfTest()).contains("proved by a frozen snapshot");
  }

  /** Nothing but the thread that it leaks has anything of it afterwards. */
  private static void runAgain() {
    TestNG testng = new TestNG(/* useDefaultListeners= */ false);
    testng.setTestClasses(new Class<?>[] {Leaking.class});
    testng.run();
  }

  /** Tests of TestNG. */
  public static class Leaking {
    @org.testng.annotations.Test
    public void leaks() {
      Leaks.lostLatch("lost");
    }

    @org.testng.annotations.Test
    public void joins() throws InterruptedException {
      Leaks.start("short", () -> {}).join();
    }
  }
}
