package io.stranded.junit;

import io.stranded.leaks.Consequence;
import io.stranded.leaks.LeakLevel;
import io.stranded.leaks.LeakMode;
import io.stranded.leaks.LeakOptions;
import io.stranded.leaks.ThreadFilter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What configuration parameters say, for all tests. */
final class LeakParameters {
  /** Whether all tests are checked. */
  static final String ON = "stranded.threadleaks";

  private static final String PREFIX = ON + ".";

  private LeakParameters() {}

  static boolean areOn(ExtensionContext context) {
    return context.getConfigurationParameter(ON).map(value -> truth(ON, value)).orElse(false);
  }

  static LeakOptions of(ExtensionContext context) {
    LeakOptions options = LeakOptions.none();
    Optional<LeakMode> mode = choice(context, PREFIX + "mode", LeakMode.class);
    if (mode.isPresent()) {
      options = options.mode(mode.get());
    }
    Optional<Consequence> consequence = choice(context, PREFIX + "consequence", Consequence.class);
    if (consequence.isPresent()) {
      options = options.consequence(consequence.get());
    }
    Optional<LeakLevel> level = choice(context, PREFIX + "level", LeakLevel.class);
    if (level.isPresent()) {
      options = options.level(level.get());
    }
    Optional<String> settle = context.getConfigurationParameter(PREFIX + "settleMillis");
    if (settle.isPresent()) {
      options = options.settle(Duration.ofMillis(number(PREFIX + "settleMillis", settle.get())));
    }
    options = ignore(context, options, "ignoreNames", ThreadFilter::name);
    options = ignore(context, options, "ignoreGroups", ThreadFilter::group);
    options = ignore(context, options, "ignoreRunnables", ThreadFilter::runnable);
    options = ignore(context, options, "ignoreFrames", ThreadFilter::anyFrame);
    options = ignore(context, options, "ignoreTopFrames", ThreadFilter::topFrame);
    return ignore(context, options, "ignoreCreators", ThreadFilter::creator);
  }

  /** Several patterns stand one after the other, with commas between. */
  private static LeakOptions ignore(
      ExtensionContext context,
      LeakOptions options,
      String name,
      Function<String, ThreadFilter> filter) {
    LeakOptions more = options;
    String patterns = context.getConfigurationParameter(PREFIX + name).orElse("");
    for (String pattern : patterns.split(",", -1)) {
      if (!pattern.isBlank()) {
        try {
          more = more.ignore(filter.apply(pattern.strip()));
        } catch (PatternSyntaxException e) {
          throw new ExtensionConfigurationException(
              PREFIX + name + ": no regular expression: " + pattern.strip(), e);
        }
      }
    }
    return more;
  }

  static <E extends Enum<E>> Optional<E> choice(
      ExtensionContext context, String name, Class<E> type) {
    return context
        .getConfigurationParameter(name)
        .map(
            value -> {
              try {
                return Enum.valueOf(type, value.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
              } catch (IllegalArgumentException e) {
                throw new ExtensionConfigurationException(
                    name + ": none of " + List.of(type.getEnumConstants()) + ": " + value, e);
              }
            });
  }

  static boolean truth(String name, String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new ExtensionConfigurationException(name + ": neither true nor false: " + value);
    };
  }

  static long number(String name, String value) {
    try {
      long number = Long.parseLong(value.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ExtensionConfigurationException(name + ": no number of milliseconds: " + value);
  }
}
