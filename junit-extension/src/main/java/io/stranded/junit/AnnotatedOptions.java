package io.stranded.junit;

import io.stranded.leaks.LeakLevel;
import io.stranded.leaks.LeakOptions;
import io.stranded.leaks.ThreadFilter;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** The options that annotations say, the nearest first. */
final class AnnotatedOptions {
  /** One of each kind, so that those of a thousand tests are one. */
  private static final Map<Class<? extends ThreadFilter>, ThreadFilter> FILTERS =
      new ConcurrentHashMap<>();

  private AnnotatedOptions() {}

  static LeakOptions of(ExtensionContext context) {
    LeakOptions options = LeakOptions.none();
    if (context.getTestMethod().isPresent()) {
      options = of(context.getTestMethod().get(), /* method= */ true);
    }
    for (Class<?> type : types(context)) {
      options = options.or(of(type, /* method= */ false));
    }
    return options;
  }

  /** The class with those around it, and with each those above it. */
  private static Set<Class<?>> types(ExtensionContext context) {
    Set<Class<?>> types = new LinkedHashSet<>();
    Class<?> type = context.getTestClass().orElse(null);
    while (type != null) {
      List<Class<?>> above = new ArrayList<>(List.of(type));
      for (int i = 0; i < above.size(); i++) {
        Class<?> next = above.get(i).getSuperclass();
        if (next != null && next != Object.class) {
          above.add(next);
        }
        above.addAll(List.of(above.get(i).getInterfaces()));
      }
      types.addAll(above);
      type = type.getEnclosingClass();
    }
    return types;
  }

  /** What stands on an element itself: what it inherits stands where it is inherited from. */
  private static LeakOptions of(AnnotatedElement element, boolean method) {
    VerifyNoThreadLeaks said =
        element instanceof Class<?> type
            ? ownOf(type)
            : AnnotationSupport.findAnnotation(element, VerifyNoThreadLeaks.class).orElse(null);
    if (said == null) {
      return LeakOptions.none();
    }
    LeakOptions options = method ? LeakOptions.none().level(LeakLevel.TEST) : LeakOptions.none();
    if (said.mode().length > 0) {
      options = options.mode(one(said.mode(), element));
    }
    if (said.consequence().length > 0) {
      options = options.consequence(one(said.consequence(), element));
    }
    if (said.level().length > 0) {
      options = options.level(one(said.level(), element));
    }
    if (said.settleMillis() >= 0) {
      options = options.settle(Duration.ofMillis(said.settleMillis()));
    }
    options = ignore(options, said.ignoreNames(), ThreadFilter::name);
    options = ignore(options, said.ignoreGroups(), ThreadFilter::group);
    options = ignore(options, said.ignoreRunnables(), ThreadFilter::runnable);
    options = ignore(options, said.ignoreFrames(), ThreadFilter::anyFrame);
    options = ignore(options, said.ignoreTopFrames(), ThreadFilter::topFrame);
    options = ignore(options, said.ignoreCreators(), ThreadFilter::creator);
    for (Class<? extends ThreadFilter> filter : said.filters()) {
      options = options.ignore(FILTERS.computeIfAbsent(filter, ReflectionSupport::newInstance));
    }
    return options;
  }

  private static @Nullable VerifyNoThreadLeaks ownOf(Class<?> type) {
    return AnnotationSupport.findAnnotation(type, VerifyNoThreadLeaks.class).orElse(null);
  }

  private static LeakOptions ignore(
      LeakOptions options, String[] patterns, Function<String, ThreadFilter> filter) {
    LeakOptions more = options;
    for (String pattern : patterns) {
      more = more.ignore(filter.apply(pattern));
    }
    return more;
  }

  private static <T> T one(T[] values, AnnotatedElement element) {
    if (values.length > 1) {
      throw new ExtensionConfigurationException(
          "@VerifyNoThreadLeaks of " + element + " gives more than one " + values[0].getClass());
    }
    return values[0];
  }
}
