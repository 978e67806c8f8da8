package io.stranded.junit;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Says so if all tests are to be checked and none is: because JUnit was not told to look for
 * extensions, or told to leave ours out. Found by JUnit in any case.
 */
public final class DeadCheckListener implements TestExecutionListener {
  private static final AtomicLong LOADED = new AtomicLong();

  private long before;

  /** Made by JUnit. */
  public DeadCheckListener() {}

  /** Notes that JUnit has found the extensions. */
  static void extensionsAreLoaded() {
    LOADED.incrementAndGet();
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    before = LOADED.get();
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (!plan.containsTests() || LOADED.get() > before) {
      return;
    }
    for (String parameter : List.of(LeakParameters.ON, StrandedTestExtension.ON)) {
      if (isOn(plan.getConfigurationParameters(), parameter)) {
        System.err.println(
            "stranded: "
                + parameter
                + " is set, and nothing was checked: JUnit loads the extension only where"
                + " junit.jupiter.extensions.autodetection.enabled is true");
      }
    }
  }

  private static boolean isOn(ConfigurationParameters parameters, String name) {
    return parameters
        .get(name)
        .filter(value -> !value.strip().equalsIgnoreCase("false"))
        .isPresent();
  }
}
