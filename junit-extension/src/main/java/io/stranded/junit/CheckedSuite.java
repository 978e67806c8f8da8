package io.stranded.junit;

import io.stranded.leaks.Consequence;
import io.stranded.leaks.Consequences;
import io.stranded.leaks.LeakLevel;
import io.stranded.leaks.LeakOptions;
import io.stranded.leaks.LeakReport;
import io.stranded.leaks.LeakScope;
import io.stranded.leaks.LeakTally;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** All tests of one run. Closed by JUnit at the end of it: then it says how much was looked at. */
final class CheckedSuite implements AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(CheckedSuite.class);

  private static final Duration TO_COME_TO_REST = Duration.ofMillis(100);

  private final LeakScope scope = LeakScope.unopened("the suite");
  private final LeakTally tally = new LeakTally();
  private final LeakOptions options;
  private LeakOptions last = LeakOptions.none();
  private LeakOptions everyones = LeakOptions.none();
  private boolean toTheEnd;

  private CheckedSuite(LeakOptions options) {
    this.options = options;
  }

  static CheckedSuite of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            CheckedSuite.class,
            type -> new CheckedSuite(LeakParameters.of(context)),
            CheckedSuite.class);
  }

  /** What the configuration parameters say. */
  LeakOptions options() {
    return options;
  }

  /** The scope that all others are in. */
  LeakScope scope() {
    return scope;
  }

  LeakTally tally() {
    return tally;
  }

  /** Remembers what a test ignores, for what it has left to be looked at in the end. */
  synchronized void addOptions(LeakOptions its) {
    everyones = its.or(everyones);
    if (its.level() == LeakLevel.SUITE) {
      toTheEnd = true;
      last = its.or(last);
    }
  }

  @Override
  public void close() {
    try {
      if (isToTheEnd()) {
        LeakReport report = scope.check(last(), /* all= */ true);
        tally.found(report);
        Consequences.apply(report, last());
      }
    } finally {
      System.err.println(tally.statement());
      tellUnknown();
    }
  }

  /** Threads of which it is not known which test started them fail none. */
  private void tellUnknown() {
    LeakOptions warning =
        everyones().mode(options.mode()).settle(TO_COME_TO_REST).consequence(Consequence.WARN);
    Consequences.apply(scope.checkUnknown(warning), warning);
  }

  private synchronized LeakOptions everyones() {
    return everyones;
  }

  private synchronized boolean isToTheEnd() {
    return toTheEnd;
  }

  private synchronized LeakOptions last() {
    return last;
  }
}
