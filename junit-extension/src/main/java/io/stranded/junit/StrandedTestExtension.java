package io.stranded.junit;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link FailIfStranded} registers. It is found by JUnit as well, for all tests, and then does
 * nothing unless the configuration parameter {@code stranded.failIfStranded} is {@code true}.
 */
public final class StrandedTestExtension implements InvocationInterceptor {
  /** Whether all tests are watched. */
  static final String ON = "stranded.failIfStranded";

  private static final String AFTER = ON + ".afterMillis";
  private static final String THREAD = ON + ".thread";
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Made by JUnit. */
  public StrandedTestExtension() {}

  /** How a test is watched. */
  private record Settings(Duration patience, FailIfStranded.ThreadMode thread) {}

  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  @Override
  public <T> T interceptTestFactoryMethod(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    return watched(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation,
      DynamicTestInvocationContext invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  @Override
  public void interceptAfterAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    watched(invocation, context);
  }

  private static <T> T watched(Invocation<T> invocation, ExtensionContext context)
      throws Throwable {
    Optional<Settings> settings = settings(context);
    if (settings.isEmpty() || WatchedCall.isUnderWay()) {
      return invocation.proceed();
    }
    WatchedCall<T> call =
        new WatchedCall<>(invocation::proceed, Names.of(context), settings.get().patience());
    return switch (settings.get().thread()) {
      case SEPARATE -> call.inItsOwnThread();
      case SAME -> call.inThisThread();
    };
  }

  private static Optional<Settings> settings(ExtensionContext context) {
    Optional<FailIfStranded> said =
        context
            .getElement()
            .flatMap(element -> AnnotationSupport.findAnnotation(element, FailIfStranded.class));
    for (Class<?> type = context.getTestClass().orElse(null);
        said.isEmpty() && type != null;
        type = type.getEnclosingClass()) {
      said = AnnotationSupport.findAnnotation(type, FailIfStranded.class);
    }
    if (said.isPresent()) {
      return said.map(its -> new Settings(Duration.ofMillis(its.afterMillis()), its.thread()));
    }
    boolean on =
        context
            .getConfigurationParameter(ON)
            .map(value -> LeakParameters.truth(ON, value))
            .orElse(false);
    return on
        ? Optional.of(
            new Settings(
                context
                    .getConfigurationParameter(AFTER)
                    .map(value -> Duration.ofMillis(LeakParameters.number(AFTER, value)))
                    .orElse(SOON),
                LeakParameters.choice(context, THREAD, FailIfStranded.ThreadMode.class)
                    .orElse(FailIfStranded.ThreadMode.SAME)))
        : Optional.empty();
  }
}
