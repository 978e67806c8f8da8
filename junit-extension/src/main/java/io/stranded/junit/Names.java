package io.stranded.junit;

import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;

/** How a test is named in messages: as it is found again, and as it is shown. */
final class Names {
  private Names() {}

  static String of(ExtensionContext context) {
    String shown = context.getDisplayName().replaceAll("^\"|\"$", "");
    Optional<String> method = context.getTestMethod().map(Method::getName).map(its -> its + "()");
    if (context.getTestClass().isEmpty()) {
      // A dynamic test has none of its own.
      return context
          .getParent()
          .filter(outer -> outer.getTestClass().isPresent())
          .map(Names::of)
          .map(factory -> factory + " \"" + shown + "\"")
          .orElse(shown);
    }
    String type = context.getTestClass().get().getName();
    if (method.isEmpty()) {
      return type;
    }
    String name = type + "." + method.get();
    return shown.equals(method.get()) ? name : name + " \"" + shown + "\"";
  }
}
