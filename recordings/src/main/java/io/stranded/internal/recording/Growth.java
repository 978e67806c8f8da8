package io.stranded.internal.recording;

import io.stranded.internal.trend.Shape;
import io.stranded.internal.trend.ThreadFlow;
import io.stranded.internal.trend.Trend;
import io.stranded.internal.trend.TrendLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How the number of threads went that were started where those of a group were.
 *
 * @param shape how it went
 * @param words the same for people, one sentence
 * @param stayed how many were started there, if none of them has ended; otherwise 0
 */
record Growth(Shape shape, String words, long stayed) {
  /** Of threads of which no start is known. */
  private Growth(Shape shape, String words) {
    this(shape, words, 0);
  }

  /** That of the threads of these waits. */
  static Growth of(List<Wait> waits, ThreadLedger ledger, TrendLimits limits) {
    ThreadCensus census = ledger.census();
    Set<ThreadGroupFlow> groups = new LinkedHashSet<>();
    waits.forEach(wait -> census.groupOf(wait.id()).ifPresent(groups::add));
    if (!groups.isEmpty()) {
      return of(groups, ledger, limits);
    }
    Duration span = Duration.between(ledger.start(), ledger.end());
    if (!census.startsTold()) {
      return ofAllThreads(ledger, limits);
    }
    if (span.compareTo(limits.leastSpan()) < 0) {
      return tooShort(span);
    }
    return new Growth(
        Shape.STEADY,
        "they are older than the recording: in its %s no further one was started"
            .formatted(SuspectWords.words(span)));
  }

  /** That of all threads of these groups. */
  static Growth of(Collection<ThreadGroupFlow> groups, ThreadLedger ledger, TrendLimits limits) {
    ThreadFlow flow = StartsAndEnds.together(groups);
    Trend trend = flow.trend(ledger.start(), ledger.end(), limits);
    long stayed = flow.ended() == 0 ? flow.started() : 0;
    if (trend.shape() == Shape.UNKNOWN) {
      return new Growth(Shape.UNKNOWN, tooShort(trend.span()).words(), stayed);
    }
    Shape shape = beyondStart(trend, flow, ledger, limits);
    if (shape == Shape.UNKNOWN) {
      return new Growth(shape, tooEarly(ledger), stayed);
    }
    String course = shape == trend.shape() ? trend.course() : shape.label();
    String counts =
        "of %s started there in %s, %s"
            .formatted(
                Numbers.of(flow.started(), "thread", "threads"),
                SuspectWords.words(trend.span()),
                flow.ended() == 0 ? "none ended" : flow.ended() + " ended");
    String load =
        shape == Shape.LOAD
            ? String.format(Locale.ROOT, " (correlation %.2f)", trend.loadCorrelation())
            : "";
    return new Growth(shape, "number over time: " + course + load + "; " + counts, stayed);
  }

  /** What only rises while the JVM fills its pools has levelled, as far as is known by then. */
  private static Shape beyondStart(
      Trend trend, ThreadFlow flow, ThreadLedger ledger, TrendLimits limits) {
    Instant warm = ledger.jvmStart().orElse(ledger.start()).plus(limits.learning());
    if (!trend.shape().rises() || !warm.isAfter(ledger.start())) {
      return trend.shape();
    }
    Instant from = warm.isBefore(ledger.end()) ? warm : ledger.end();
    Shape since = flow.trend(from, ledger.end(), limits).shape();
    if (since == Shape.UNKNOWN) {
      return Shape.UNKNOWN;
    }
    return since.rises() ? trend.shape() : Shape.LEVELLED;
  }

  private static String tooEarly(ThreadLedger ledger) {
    String until =
        ledger
            .jvmStart()
            .map(start -> SuspectWords.words(Duration.between(start, ledger.end())))
            .map("the recording ends %s after the start of the JVM"::formatted)
            .orElse("the recording does not tell when the JVM was started");
    return until + ": too soon to tell whether such threads become more than it starts with";
  }

  private static Growth ofAllThreads(ThreadLedger ledger, TrendLimits limits) {
    Trend all = Trends.counted(ledger, limits);
    Shape shape = all.shape();
    String unknown =
        "no thread starts were recorded: whether such threads become more is not known";
    if (shape == Shape.UNKNOWN || shape.rises()) {
      return new Growth(Shape.UNKNOWN, unknown);
    }
    return new Growth(
        shape,
        "no thread starts were recorded, but the number of all threads is %s: %d at the end of %s"
            .formatted(shape.label(), all.now(), SuspectWords.words(all.span())));
  }

  private static Growth tooShort(Duration span) {
    return new Growth(
        Shape.UNKNOWN,
        "the recording of %s is too short to tell whether such threads become more"
            .formatted(SuspectWords.words(span)));
  }
}
