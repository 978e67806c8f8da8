package io.stranded.jmc;

import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.RecordedItems;
import io.stranded.internal.recording.ReplayOptions;
import io.stranded.internal.stack.Frameworks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.unit.IQuantity;
import org.openjdk.jmc.common.unit.UnitLookup;
import org.openjdk.jmc.common.util.IPreferenceValueProvider;
import org.openjdk.jmc.common.util.TypedPreference;
import org.openjdk.jmc.flightrecorder.rules.IResult;
import org.openjdk.jmc.flightrecorder.rules.IResultValueProvider;
import org.openjdk.jmc.flightrecorder.rules.IRule;
import org.openjdk.jmc.flightrecorder.rules.ResultBuilder;
import org.openjdk.jmc.flightrecorder.rules.Severity;
import org.openjdk.jmc.flightrecorder.rules.TypedCollectionResult;
import org.openjdk.jmc.flightrecorder.rules.TypedResult;
import org.openjdk.jmc.flightrecorder.rules.util.JfrRuleTopics;
import org.openjdk.jmc.flightrecorder.rules.util.RulesToolkit.EventAvailability;

/**
 * Tells which threads may never run again, as {@code stranded replay} does.
 *
 * <p>Knows most from recordings of a JVM that runs the agent; without it, thread dumps and starts
 * of threads have to do. A recording does not hold the heap: this suspects and proves nothing.
 */
public final class StrandedThreadsRule implements IRule {
  /** The threads found, as {@code "name" #id}. */
  public static final TypedCollectionResult<String> THREADS =
      new TypedCollectionResult<>(
          "strandedThreads",
          "Threads",
          "Threads that may never run again",
          UnitLookup.PLAIN_TEXT,
          String.class);

  /** How many threads were found. */
  public static final TypedResult<IQuantity> COUNT =
      new TypedResult<>(
          "strandedThreadCount",
          "Number of threads",
          "How many threads may never run again",
          UnitLookup.NUMBER,
          IQuantity.class);

  /** Shorter waits are left out. */
  public static final TypedPreference<IQuantity> LEAST_WAIT =
      new TypedPreference<>(
          "stranded.leastWait",
          "Shortest wait",
          "Leave out threads known to wait for less",
          UnitLookup.TIMESPAN.getPersister(),
          UnitLookup.SECOND.quantity(0));

  private static final int MOST_TOLD = 5;

  /** A lock that cannot be free again is certain trouble, however few wait for it. */
  private static final Set<Cause> CERTAIN = EnumSet.of(Cause.DEADLOCK, Cause.LOCK_OWNER_ENDED);

  /** For the service loader. */
  public StrandedThreadsRule() {}

  @Override
  public String getId() {
    return "stranded.Threads";
  }

  @Override
  public String getTopic() {
    return JfrRuleTopics.THREADS;
  }

  @Override
  public String getName() {
    return "Threads That May Never Run Again";
  }

  @Override
  public Map<String, EventAvailability> getRequiredEvents() {
    return Map.of();
  }

  @Override
  public Collection<TypedPreference<?>> getConfigurationAttributes() {
    return List.of(LEAST_WAIT);
  }

  @Override
  public Collection<TypedResult<?>> getResults() {
    return List.of(TypedResult.SCORE, COUNT, THREADS);
  }

  @Override
  public RunnableFuture<IResult> createEvaluation(
      IItemCollection items,
      IPreferenceValueProvider preferences,
      IResultValueProvider dependencies) {
    return new FutureTask<>(() -> evaluate(items, preferences));
  }

  private IResult evaluate(IItemCollection items, IPreferenceValueProvider preferences) {
    ResultBuilder result = ResultBuilder.createFor(this, preferences);
    Duration leastWait =
        Duration.ofMillis(
            preferences.getPreferenceValue(LEAST_WAIT).clampedLongValueIn(UnitLookup.MILLISECOND));
    RecordedItems recorded =
        RecordedItems.of(items, ReplayOptions.defaults().withMinAge(leastWait));
    LeakProfile profile = recorded.suspects();
    if (profile.findings().isEmpty() && !profile.isConclusive()) {
      return result
          .setSeverity(Severity.NA)
          .setSummary("Cannot tell: " + profile.unknowns().get(0) + ".")
          .setExplanation(explanation(profile))
          .build();
    }
    List<String> threads = new ArrayList<>();
    profile
        .findings()
        .forEach(finding -> finding.threads().forEach(t -> threads.add(t.labelWithId())));
    double score = score(profile.findings(), threads.size());
    return result
        .setSeverity(Severity.get(score))
        .setSummary(summary(profile, threads.size()))
        .setExplanation(explanation(profile))
        .setSolution(solution(profile))
        .addResult(TypedResult.SCORE, UnitLookup.NUMBER_UNITY.quantity(score))
        .addResult(COUNT, UnitLookup.NUMBER_UNITY.quantity(threads.size()))
        .addResult(THREADS, threads)
        .build();
  }

  /** One thread is worth a look (25), two dozens are a warning (75). */
  private static double score(List<Finding> findings, int threads) {
    if (threads == 0) {
      return 0;
    }
    boolean certain = findings.stream().anyMatch(finding -> CERTAIN.contains(finding.cause()));
    double byNumber = 25 + 75 * (1 - Math.exp(-(threads - 1) / 20.0));
    return certain ? Math.max(90, byNumber) : byNumber;
  }

  private static String summary(LeakProfile profile, int threads) {
    if (threads == 0) {
      return "No thread is in a wait that looks as if it would never end.";
    }
    Finding first = profile.findings().get(0);
    return (threads == 1 ? "1 thread" : threads + " threads")
        + " may never run again, most of them: "
        + first.cause().label()
        + " ("
        + first.count()
        + ").";
  }

  private static String explanation(LeakProfile profile) {
    List<String> paragraphs = new ArrayList<>();
    for (Finding finding : profile.findings().stream().limit(MOST_TOLD).toList()) {
      List<String> lines = new ArrayList<>();
      lines.add(finding.summary() + ".");
      List<String> creators = Frameworks.own(finding.createdBy()).stream().limit(2).toList();
      if (!creators.isEmpty()) {
        lines.add("Started by " + String.join(", called by ", creators) + ".");
      }
      lines.addAll(finding.evidence().stream().map(line -> line + ".").toList());
      paragraphs.add(String.join("\n", lines));
    }
    if (profile.findings().size() > MOST_TOLD) {
      int more = profile.findings().size() - MOST_TOLD;
      paragraphs.add("And " + more + (more == 1 ? " more kind" : " more kinds") + " of threads.");
    }
    profile.notes().forEach(note -> paragraphs.add("Note: " + note + "."));
    return String.join("\n\n", paragraphs);
  }

  private static String solution(LeakProfile profile) {
    List<String> advice = new ArrayList<>();
    profile.findings().stream().map(f -> f.cause().advice()).distinct().forEach(advice::add);
    if (!advice.isEmpty()) {
      advice.add(
          "A heap dump proves which of them nobody can wake: stranded replay --heap DUMP RECORDING.");
    }
    return String.join("\n", advice);
  }
}
