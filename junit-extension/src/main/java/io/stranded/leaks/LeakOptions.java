package io.stranded.leaks;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How threads that were left behind are judged. Immutable; what is not set is {@link
 * LeakMode#ALIVE}, {@link Consequence#FAIL}, {@link LeakLevel#CLASS}, and a second to settle.
 */
public final class LeakOptions {
  private static final LeakOptions NONE =
      new LeakOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Set.of());
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final Optional<LeakMode> mode;
  private final Optional<Consequence> consequence;
  private final Optional<LeakLevel> level;
  private final Optional<Duration> settle;
  private final List<ThreadFilter> filters;
  private final Set<Long> ignored;

  private LeakOptions(
      Optional<LeakMode> mode,
      Optional<Consequence> consequence,
      Optional<LeakLevel> level,
      Optional<Duration> settle,
      List<ThreadFilter> filters,
      Set<Long> ignored) {
    this.mode = mode;
    this.consequence = consequence;
    this.level = level;
    this.settle = settle;
    this.filters = filters;
    this.ignored = ignored;
  }

  /** Options of which none is set. */
  public static LeakOptions none() {
    return NONE;
  }

  /** Ignores the threads that are alive now. */
  public static LeakOptions ignoreCurrent() {
    return new LeakOptions(
        NONE.mode,
        NONE.consequence,
        NONE.level,
        NONE.settle,
        List.of(),
        Set.copyOf(LiveThreads.ids()));
  }

  /** The same with a mode. */
  public LeakOptions mode(LeakMode value) {
    return new LeakOptions(Optional.of(value), consequence, level, settle, filters, ignored);
  }

  /** The same with a consequence. */
  public LeakOptions consequence(Consequence value) {
    return new LeakOptions(mode, Optional.of(value), level, settle, filters, ignored);
  }

  /** The same with another time up to which threads may end. */
  public LeakOptions level(LeakLevel value) {
    return new LeakOptions(mode, consequence, Optional.of(value), settle, filters, ignored);
  }

  /** The same with another time that threads are given to end. */
  public LeakOptions settle(Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("no time to settle: " + value);
    }
    return new LeakOptions(mode, consequence, level, Optional.of(value), filters, ignored);
  }

  /** The same that ignores some more threads. */
  public LeakOptions ignore(ThreadFilter filter) {
    return new LeakOptions(
        mode,
        consequence,
        level,
        settle,
        Stream.concat(filters.stream(), Stream.of(filter)).toList(),
        ignored);
  }

  /** The same, and where it says nothing, others; what both ignore adds up. */
  public LeakOptions or(LeakOptions others) {
    Set<Long> both = new HashSet<>(ignored);
    both.addAll(others.ignored);
    return new LeakOptions(
        mode.or(() -> others.mode),
        consequence.or(() -> others.consequence),
        level.or(() -> others.level),
        settle.or(() -> others.settle),
        Stream.concat(filters.stream(), others.filters.stream()).distinct().toList(),
        both);
  }

  /** Which threads are leaks. */
  public LeakMode mode() {
    return mode.orElse(LeakMode.ALIVE);
  }

  /** What becomes of them. */
  public Consequence consequence() {
    return consequence.orElse(Consequence.FAIL);
  }

  /** Up to when a thread that lives on may end. */
  public LeakLevel level() {
    return level.orElse(LeakLevel.CLASS);
  }

  /** How long threads are given to end. */
  public Duration settle() {
    return settle.orElse(SETTLE);
  }

  boolean ignores(long threadId) {
    return ignored.contains(threadId);
  }

  boolean ignores(LiveThread thread) {
    return filters.stream().anyMatch(filter -> filter.test(thread));
  }
}
