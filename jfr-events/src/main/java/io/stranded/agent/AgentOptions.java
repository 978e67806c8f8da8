package io.stranded.agent;

import java.time.Duration;

/**
 * How the agent is to behave.
 *
 * @param threshold a wait is reported once it has lasted this long
 * @param period time between two looks at the threads; also how late a report can be
 * @param stackDepth frames in a reported stack, at least 1
 * @param disable remove the agent's hooks and events again
 */
record AgentOptions(Duration threshold, Duration period, int stackDepth, boolean disable) {
  static final AgentOptions DEFAULTS =
      new AgentOptions(Duration.ofSeconds(10), Duration.ofSeconds(1), 64, false);

  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final int DEEPEST_STACK = 2048;

  /**
   * Reads {@code key=value,key=value}; keys that are not given keep their value.
   *
   * @throws IllegalArgumentException naming what cannot be understood
   */
  static AgentOptions parse(String text, AgentOptions base) {
    AgentOptions options =
        new AgentOptions(base.threshold, base.period, base.stackDepth, /* disable= */ false);
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        int equals = part.indexOf('=');
        String key = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        options = options.with(key.trim(), value.trim());
      }
    }
    return options;
  }

  private AgentOptions with(String key, String value) {
    return switch (key) {
      case "threshold" -> new AgentOptions(duration(key, value), period, stackDepth, disable);
      case "period" -> new AgentOptions(threshold, period(value), stackDepth, disable);
      case "stackDepth" -> new AgentOptions(threshold, period, depth(value), disable);
      case "disable" -> {
        if (!value.isEmpty()) {
          throw new IllegalArgumentException("option disable takes no value");
        }
        yield new AgentOptions(threshold, period, stackDepth, /* disable= */ true);
      }
      default ->
          throw new IllegalArgumentException(
              "option '" + key + "' is not one of threshold, period, stackDepth, disable");
    };
  }

  private static Duration period(String value) {
    Duration parsed = duration("period", value);
    if (parsed.compareTo(SHORTEST_PERIOD) < 0) {
      throw new IllegalArgumentException("option period=" + value + " is below 10ms");
    }
    return parsed;
  }

  private static int depth(String value) {
    try {
      int depth = Integer.parseInt(value);
      if (depth >= 1 && depth <= DEEPEST_STACK) {
        return depth;
      }
    } catch (NumberFormatException e) {
      // Answered below, as any other value that is out of range.
    }
    throw new IllegalArgumentException(
        "option stackDepth=" + value + " is not a number from 1 to " + DEEPEST_STACK);
  }

  private static Duration duration(String key, String value) {
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    try {
      long amount = Long.parseLong(value.substring(0, digits));
      Duration duration =
          switch (value.substring(digits)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(-1);
          };
      if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // Answered below.
    }
    throw new IllegalArgumentException(
        "option " + key + "=" + value + " is not a time such as 500ms, 10s, 2m or 1h");
  }

  /** The options as they would be given. */
  @Override
  public String toString() {
    return "threshold="
        + threshold.toMillis()
        + "ms,period="
        + period.toMillis()
        + "ms,stackDepth="
        + stackDepth;
  }
}
