package io.stranded.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests within a test, and tells what became of them. */
final class TestRun implements TestExecutionListener {
  private final Map<String, String> failures = Collections.synchronizedMap(new TreeMap<>());
  private final Map<String, String> passed = Collections.synchronizedMap(new TreeMap<>());

  private TestRun() {}

  /** Runs classes one after the other, without any configuration but the given one. */
  static TestRun of(Map<String, String> parameters, Class<?>... classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .enableImplicitConfigurationParameters(false)
            .configurationParameters(parameters)
            .selectors(Arrays.stream(classes).map(type -> selectClass(type)).toList())
            .build();
    TestRun run = new TestRun();
    LauncherFactory.create(
            LauncherConfig.builder().enableLauncherSessionListenerAutoRegistration(false).build())
        .execute(request, run);
    return run;
  }

  static TestRun of(Class<?>... classes) {
    return of(Map.of(), classes);
  }

  /** What failed, by its display name, with the message and what is suppressed. */
  Map<String, String> failures() {
    return failures;
  }

  /** What passed, by its display name. */
  Map<String, String> passed() {
    return passed;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getThrowable().isEmpty()) {
      passed.put(test.getDisplayName(), "");
      return;
    }
    StringWriter text = new StringWriter();
    result.getThrowable().get().printStackTrace(new PrintWriter(text, true));
    failures.put(test.getDisplayName(), text.toString());
  }
}
