package io.stranded.junit;

import io.stranded.leaks.Consequences;
import io.stranded.leaks.LeakOptions;
import io.stranded.leaks.LeakReport;
import io.stranded.leaks.LeakScope;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A test, or what contains tests, of which the threads are looked at. Closed by JUnit when all
 * callbacks of all extensions are over; what is thrown then fails it, beside its own failure.
 */
final class CheckedContext implements AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(CheckedContext.class);

  private final Optional<CheckedContext> outer;
  private final CheckedSuite suite;
  private final boolean inMethod;
  private final LeakScope scope;
  private LeakOptions options;

  /** Such as the invocations of a template, which are tests, while the template is none. */
  private volatile boolean hasParts;

  private CheckedContext(ExtensionContext context) {
    outer = context.getParent().flatMap(CheckedContext::nearest);
    suite = CheckedSuite.of(context);
    inMethod = isInMethod(context);
    outer.ifPresent(o -> o.hasParts = true);
    options = AnnotatedOptions.of(context).or(outer.map(o -> o.options).orElse(LeakOptions.none()));
    String name = Names.of(context);
    scope =
        outer.map(o -> o.scope.openWithin(name)).orElseGet(() -> suite.scope().openWithin(name));
    context.getTestMethod().ifPresent(scope::ofMethod);
  }

  /** Of a test factory, the dynamic tests as well. */
  private static boolean isInMethod(ExtensionContext context) {
    return context.getTestMethod().isPresent()
        || context.getParent().flatMap(ExtensionContext::getTestMethod).isPresent();
  }

  /** That of a context, which is made when it is first asked for. */
  static CheckedContext of(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            context.getUniqueId(), id -> new CheckedContext(context), CheckedContext.class);
  }

  /** That of a context or of the nearest one around it that has one. */
  private static Optional<CheckedContext> nearest(ExtensionContext context) {
    for (Optional<ExtensionContext> at = Optional.of(context);
        at.isPresent();
        at = at.get().getParent()) {
      CheckedContext known =
          at.get().getStore(NAMESPACE).get(at.get().getUniqueId(), CheckedContext.class);
      if (known != null) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** Adds the options of one more extension. */
  void add(LeakOptions more) {
    options = options.or(more);
  }

  @Override
  public void close() {
    scope.leave();
    LeakOptions effective = options.or(suite.options());
    if (inMethod && !hasParts) {
      suite.tally().looked(scope.births());
    }
    LeakReport report = scope.check(effective, judgesAll(effective));
    suite.tally().found(report);
    suite.addOptions(effective);
    Consequences.apply(report, effective);
  }

  private boolean judgesAll(LeakOptions effective) {
    return switch (effective.level()) {
      case TEST -> true;
      case CLASS -> outer.isEmpty();
      case SUITE -> false;
    };
  }
}
