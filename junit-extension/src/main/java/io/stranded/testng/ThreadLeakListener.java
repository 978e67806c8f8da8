package io.stranded.testng;

import io.stranded.leaks.Consequences;
import io.stranded.leaks.LeakOptions;
import io.stranded.leaks.LeakReport;
import io.stranded.leaks.LeakScope;
import io.stranded.leaks.LeakTally;
import io.stranded.leaks.ThreadLeakError;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.testng.IExecutionListener;
import org.testng.IInvokedMethod;
import org.testng.IInvokedMethodListener;
import org.testng.ITestResult;

/**
 * Fails test methods of TestNG that leave threads behind which can never run again. Threads that
 * live on are left to {@code ThreadLeaks.verifyNone()}, since fixtures may outlive a method. To be
 * given to {@code @Listeners} or in {@code testng.xml}.
 */
public class ThreadLeakListener implements IInvokedMethodListener, IExecutionListener {
  private final LeakTally tally = new LeakTally();
  private final Map<ITestResult, LeakScope> scopes = new ConcurrentHashMap<>();

  /** Made by TestNG. */
  public ThreadLeakListener() {}

  /** What counts, and what becomes of it: to be overridden. */
  protected LeakOptions options() {
    return LeakOptions.none();
  }

  @Override
  public void beforeInvocation(IInvokedMethod method, ITestResult result) {
    if (method.isTestMethod()) {
      String name = result.getInstanceName() + "." + result.getName() + "()";
      scopes.put(
          result,
          LeakScope.open(name)
              .ofMethod(method.getTestMethod().getConstructorOrMethod().getMethod()));
    }
  }

  @Override
  public void afterInvocation(IInvokedMethod method, ITestResult result) {
    LeakScope scope = scopes.remove(result);
    if (scope == null) {
      return;
    }
    scope.leave();
    tally.looked(scope.births());
    LeakReport report = scope.check(options(), /* all= */ false);
    tally.found(report);
    try {
      Consequences.apply(report, options());
    } catch (ThreadLeakError e) {
      if (result.getThrowable() == null) {
        result.setStatus(ITestResult.FAILURE);
        result.setThrowable(e);
      } else {
        result.getThrowable().addSuppressed(e);
      }
    }
  }

  @Override
  public void onExecutionFinish() {
    System.err.println(tally.statement());
  }
}
