package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.finding.Cause;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import io.stranded.internal.recording.RecordingAnalyzer;
import io.stranded.internal.recording.ReplayOptions;
import io.stranded.internal.trend.TrendLimits;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each of {@link Scenarios} is called by the word that fits it: by a sidecar, from a heap dump, and
 * from the recording of the sidecar's target; and none of their healthy twins is named.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class ScenariosIT {
  private static final int FIRST_WITH_UNTIMED_VIRTUAL_WAITS = 24;
  private static final long PATIENCE_SECONDS = 300;

  /** Known before the recording ends, and longer than any healthy twin waits. */
  private static final Duration AGE = Duration.ofSeconds(5);

  /** Of those that can be proved. */
  private static final Map<String, Cause> CAUSES =
      Map.ofEntries(
          Map.entry("time-after", Cause.ORPHANED_POOL_WORKER),
          Map.entry("errgroup", Cause.QUEUE_PRODUCER_ABANDONED),
          Map.entry("channel", Cause.QUEUE_CONSUMER_ABANDONED),
          Map.entry("select", Cause.FUTURE_NEVER_COMPLETED),
          Map.entry("lost-done", Cause.LATCH_NEVER_COUNTED_DOWN),
          Map.entry("stop-flag", Cause.MONITOR_NEVER_NOTIFIED),
          Map.entry("dead-owner", Cause.LOCK_OWNER_ENDED),
          Map.entry("unbuffered-done", Cause.RENDEZVOUS_PARTNER_MISSING),
          Map.entry("two-phase", Cause.PARTY_MISSING),
          Map.entry("drain", Cause.QUEUE_CONSUMER_ABANDONED),
          Map.entry("drain-waiter", Cause.JOIN_ON_LEAKED_THREAD),
          Map.entry("goleak", Cause.PERMIT_NEVER_RELEASED),
          Map.entry("one-stack", Cause.LATCH_NEVER_COUNTED_DOWN),
          Map.entry("stripped", Cause.CONDITION_NEVER_SIGNALLED));

  @TempDir Path directory;

  /** Platform threads on the oldest release, virtual ones on the newest, and all if asked to. */
  static Stream<Arguments> targets() {
    List<Jdk> jdks = Jdk.targets();
    List<Arguments> targets = new ArrayList<>();
    boolean all = System.getProperty("stranded.scenarios", "").equals("all");
    for (Jdk jdk : jdks) {
      boolean virtual = jdk.feature() >= FIRST_WITH_UNTIMED_VIRTUAL_WAITS;
      if (all || !virtual) {
        targets.add(Arguments.of(jdk, false));
      }
      if (virtual) {
        targets.add(Arguments.of(jdk, true));
      }
    }
    return targets.stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void eachIsCalledByTheWordThatFitsItAndNoTwinIsNamed(Jdk jdk, boolean virtual) throws Exception {
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    // No thread dump of a recording has virtual threads: the agent tells of them.
    List<String> command =
        List.of(
            "-javaagent:" + Distribution.agent() + "=threshold=1s",
            "-XX:FlightRecorderOptions:repository=" + directory,
            "-XX:StartFlightRecording",
            "-Xlog:jfr+startup=off",
            Scenarios.class.getName(),
            Boolean.toString(virtual));
    Map<String, String> dumped;
    Map<String, String> recorded;
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      Distribution watch =
          report.watch(
              directory.resolve("dumps"), List.of("--interval=200ms", Long.toString(target.pid())));
      awaitWords(report, live(virtual));
      recorded = replayed(target);
      // A dump shows all threads in the hands of whoever just asks for them.
      watch.process().destroy();
      watch.await();
      // What compiled frames of live virtual threads have taken apart is in no dump.
      dumped = virtual ? causes(dumped(target)) : withoutTheLatest(dumped(target));
    }
    Map<String, String> seen = words(report.profiles());
    assertThat(seen).as("live").isEqualTo(live(virtual));
    assertThat(dumped).as("of the dump").isEqualTo(virtual ? causes(ofDump()) : ofDump());
    assertThat(recorded).as("of the recording").isEqualTo(ofRecording(virtual));
  }

  private static Map<String, String> live(boolean virtual) {
    Map<String, String> words = provable(Standing.LEAKED);
    words.put("one-stack-with-handle/stuck", word(Standing.STUCK, Cause.LATCH_NEVER_COUNTED_DOWN));
    words.put("dead-subscriber/stuck", word(Standing.SUSPECT, Cause.FORGOTTEN_WAITER));
    words.put("http/stuck", word(Standing.SUSPECT, Cause.IO_WITHOUT_DEADLINE));
    words.put("refresh/stuck", word(Standing.SUSPECT, Cause.ORPHANED_TICKER));
    if (!virtual) {
      words.put("spinning-default/stuck", word(Standing.SUSPECT, Cause.SPINNING));
      words.put("silent-peer/stuck", word(Standing.SUSPECT, Cause.IO_WITHOUT_DEADLINE));
    }
    return words;
  }

  private static Map<String, String> ofDump() {
    Map<String, String> words = provable(Standing.LEAKED);
    words.put("one-stack-with-handle/stuck", word(Standing.STUCK, Cause.LATCH_NEVER_COUNTED_DOWN));
    words.put("refresh/stuck", word(Standing.SUSPECT, Cause.ORPHANED_TICKER));
    return words;
  }

  /** Events tell nothing of who could end a wait. */
  private static Map<String, String> ofRecording(boolean virtual) {
    Map<String, String> words = provable(Standing.SUSPECT);
    // One consumer that has nothing to do is like any other.
    words.remove("drain/stuck");
    words.put(
        "one-stack-with-handle/stuck", word(Standing.SUSPECT, Cause.LATCH_NEVER_COUNTED_DOWN));
    words.put("dead-subscriber/stuck", word(Standing.SUSPECT, Cause.QUEUE_PRODUCER_ABANDONED));
    words.put("http/stuck", word(Standing.SUSPECT, Cause.IO_WITHOUT_DEADLINE));
    if (virtual) {
      words.put("silent-peer/stuck", word(Standing.SUSPECT, Cause.IO_WITHOUT_DEADLINE));
    }
    return words;
  }

  private static Map<String, String> provable(Standing standing) {
    Map<String, String> words = new TreeMap<>();
    CAUSES.forEach((name, cause) -> words.put(name + "/stuck", word(standing, cause)));
    return words;
  }

  /** Without how sure that is. */
  private static Map<String, String> causes(Map<String, String> words) {
    Map<String, String> causes = new TreeMap<>();
    words.forEach(
        (name, word) ->
            causes.put(
                name,
                Stream.of(word.split(", "))
                    .map(each -> each.substring(each.indexOf(' ') + 1))
                    .distinct()
                    .collect(Collectors.joining(", "))));
    return causes;
  }

  private static String word(Standing standing, Cause cause) {
    return standing + " " + cause;
  }

  /** Of threads that began between the two looks of a dump it is said that one look is too few. */
  private static Map<String, String> withoutTheLatest(Map<String, String> words) {
    words.replaceAll(
        (name, word) ->
            Stream.of(word.split(", "))
                .filter(each -> !each.startsWith(Standing.INCONCLUSIVE + " ") || each.equals(word))
                .collect(Collectors.joining(", ")));
    return words;
  }

  private Map<String, String> dumped(ForkedJvm target) throws IOException {
    Path heap = directory.resolve("heap.hprof");
    Distribution.Result taken =
        Distribution.run("dump", "--gc", "--output=" + heap, Long.toString(target.pid()));
    assertThat(taken.exitCode()).as(taken.err()).isZero();
    Distribution.Result analyzed =
        Distribution.run(
            "analyze",
            "--format=json",
            "--threads=" + directory.resolve("heap.threads.json"),
            heap.toString());
    assertThat(analyzed.exitCode()).as(analyzed.err()).isZero();
    return words(List.of(ProfileJsonReader.parse(analyzed.out())));
  }

  private Map<String, String> replayed(ForkedJvm target) throws IOException {
    Path recording = directory.resolve("recording.jfr");
    target.jcmd("JFR.dump", "filename=" + recording);
    LeakProfile profile =
        RecordingAnalyzer.analyze(
            List.of(recording),
            ReplayOptions.defaults()
                .withMinAge(AGE)
                .withLimits(
                    TrendLimits.DEFAULTS
                        .withLeastSpan(Duration.ofSeconds(1))
                        .withLearning(Duration.ofSeconds(1))));
    return words(List.of(profile));
  }

  private static void awaitWords(ReportFile report, Map<String, String> expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!words(report.profiles()).entrySet().containsAll(expected.entrySet())
        && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /**
   * A word on some stack may lead to a leaked thread, which then is stuck until another look. Those
   * that came since the last look may be suspects beside the leaked ones until the next.
   */
  private static String merged(String one, String other) {
    String suspect = word(Standing.SUSPECT, Cause.FORGOTTEN_WAITER);
    if (one.startsWith(Standing.LEAKED + " ") && other.equals(suspect)) {
      return one;
    }
    if (other.startsWith(Standing.LEAKED + " ") && one.equals(suspect)) {
      return other;
    }
    String leaked = other.replace(Standing.STUCK + " ", Standing.LEAKED + " ");
    if (one.contains(other) || one.contains(leaked)) {
      return one;
    }
    return one.equals(other.replace(Standing.LEAKED + " ", Standing.STUCK + " "))
        ? other
        : one + ", " + other;
  }

  /** The last word on each thread; of threads of one name all words that there are. */
  private static Map<String, String> words(List<LeakProfile> profiles) {
    Map<Long, Map.Entry<String, String>> last = new HashMap<>();
    for (LeakProfile profile : profiles) {
      for (Finding finding : profile.findings()) {
        if (finding.life().filter(life -> life.stage() == Life.Stage.RESOLVED).isEmpty()) {
          for (FoundThread thread : finding.threads()) {
            last.put(
                thread.id(), Map.entry(thread.name(), word(finding.standing(), finding.cause())));
          }
        }
      }
    }
    Map<String, String> words = new TreeMap<>();
    last.values()
        .forEach(entry -> words.merge(entry.getKey(), entry.getValue(), ScenariosIT::merged));
    return words;
  }
}
