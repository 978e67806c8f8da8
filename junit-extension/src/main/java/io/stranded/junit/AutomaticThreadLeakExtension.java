package io.stranded.junit;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;

/**
 * Checks all tests of a suite, if the configuration parameter {@code stranded.threadleaks} is
 * {@code true}. JUnit finds it where {@code junit.jupiter.extensions.autodetection.enabled} is.
 */
public final class AutomaticThreadLeakExtension
    implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, InvocationInterceptor {
  private static final ConditionEvaluationResult ENABLED =
      ConditionEvaluationResult.enabled("threads are looked at as configured");

  /** Made by JUnit. */
  public AutomaticThreadLeakExtension() {
    DeadCheckListener.extensionsAreLoaded();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    check(context);
    return ENABLED;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    check(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    check(context);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation,
      DynamicTestInvocationContext invocationContext,
      ExtensionContext context)
      throws Throwable {
    check(context);
    invocation.proceed();
  }

  private static void check(ExtensionContext context) {
    if (LeakParameters.areOn(context)) {
      CheckedContext.of(context);
    }
  }
}
