package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.junit.fixtures.HangingTests;
import org.junit.jupiter.api.Test;

class FailIfStrandedTest {
  @Test
  void testsThatCanNeverEndFailWithTheFinding() {
    TestRun run = TestRun.of(HangingTests.Hanging.class);
    assertThat(run.failures())
        .containsOnlyKeys(
            "waitsForALostLatch()",
            "waitsForALostLatchWithinATimeout()",
            "locksTwoMonitorsInTwoOrders()",
            "locksTwoLocksInTwoOrders()");
    assertThat(run.failures().values())
        .allSatisfy(text -> assertThat(text).contains("can never end"));
    assertThat(run.failures().get("waitsForALostLatch()")).contains("latch never counted down");
    assertThat(run.failures().get("waitsForALostLatchWithinATimeout()"))
        .contains("latch never counted down");
    assertThat(run.failures().get("locksTwoMonitorsInTwoOrders()")).contains("deadlock");
    assertThat(run.failures().get("locksTwoLocksInTwoOrders()")).contains("deadlock");
  }

  @Test
  void testsThatWaitForSomethingAliveAreLeftAlone() {
    TestRun run = TestRun.of(HangingTests.Patient.class);
    assertThat(run.failures())
        .containsOnlyKeys("waitsForWhatItsClassHolds()", "throwsWhatItThrows()");
    assertThat(run.failures().get("waitsForWhatItsClassHolds()"))
        .startsWith("java.util.concurrent.TimeoutException");
    assertThat(run.failures().get("throwsWhatItThrows()")).startsWith("java.io.IOException");
  }
}
