package io.stranded.junit;

import io.stranded.leaks.LeakOptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;

/**
 * What {@link VerifyNoThreadLeaks} registers; with options of its own it is registered by a field:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ThreadLeakExtension LEAKS =
 *     ThreadLeakExtension.with(LeakOptions.none().ignore(ThreadFilter.name("^cache-")));
 * }</pre>
 *
 * <p>It begins before everything else that happens for a test, as a condition that is always true,
 * and checks after everything else, so that all other extensions have had the time to clean up.
 */
public final class ThreadLeakExtension
    implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, InvocationInterceptor {
  private static final ConditionEvaluationResult ENABLED =
      ConditionEvaluationResult.enabled("threads are looked at");

  private final LeakOptions options;

  /** One that does what annotations and configuration parameters say. */
  public ThreadLeakExtension() {
    this(LeakOptions.none());
  }

  private ThreadLeakExtension(LeakOptions options) {
    this.options = options;
  }

  /** One with options of its own. */
  public static ThreadLeakExtension with(LeakOptions options) {
    return new ThreadLeakExtension(options);
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    CheckedContext.of(context).add(options);
    return ENABLED;
  }

  /** The condition may have been deactivated. */
  @Override
  public void beforeAll(ExtensionContext context) {
    CheckedContext.of(context).add(options);
  }

  /** The condition may have been deactivated. */
  @Override
  public void beforeEach(ExtensionContext context) {
    CheckedContext.of(context).add(options);
  }

  /** Dynamic tests of one factory may run side by side, in threads of their own. */
  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation,
      DynamicTestInvocationContext invocationContext,
      ExtensionContext context)
      throws Throwable {
    CheckedContext.of(context).add(options);
    invocation.proceed();
  }
}
