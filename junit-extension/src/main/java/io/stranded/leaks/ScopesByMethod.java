package io.stranded.leaks;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which scope a test method runs in, for stacks that name it: its lambdas run in pools that know
 * nothing of the test. Of methods that have run in several scopes nobody can say which one is
 * meant.
 */
final class ScopesByMethod {
  private static final String LAMBDA = "lambda$";

  /** By class, then by name of the method. */
  private static final Map<String, Map<String, LeakScope>> KNOWN = new ConcurrentHashMap<>();

  private ScopesByMethod() {}

  static void add(Method method, LeakScope scope) {
    KNOWN
        .computeIfAbsent(method.getDeclaringClass().getName(), type -> new ConcurrentHashMap<>())
        .merge(
            method.getName(),
            scope,
            (known, another) -> another.isIn(known) ? known : LeakScope.NOBODYS);
  }

  /** That of the innermost frame which is a test method's; nobody's if there is none. */
  static LeakScope named(List<StackFrame> stack) {
    for (StackFrame frame : stack) {
      Map<String, LeakScope> methods = KNOWN.get(frame.getClassName());
      LeakScope scope = methods == null ? null : methods.get(method(frame.getMethodName()));
      if (scope != null) {
        return scope;
      }
    }
    return LeakScope.NOBODYS;
  }

  /** Around a lambda, as javac names it. */
  private static String method(String name) {
    int end = name.lastIndexOf('$');
    return name.startsWith(LAMBDA) && end > LAMBDA.length()
        ? name.substring(LAMBDA.length(), end)
        : name;
  }
}
