package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.cli.Distribution;
import io.stranded.corpus.BehindGarbage;
import io.stranded.corpus.BusyWorkers;
import io.stranded.corpus.Expected;
import io.stranded.corpus.HiddenData;
import io.stranded.corpus.InFlight;
import io.stranded.corpus.Monitors;
import io.stranded.corpus.Owners;
import io.stranded.corpus.ScalarReplaced;
import io.stranded.corpus.Synchronizers;
import io.stranded.finding.Cause;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import io.stranded.kafka.DeliveredFinding;
import io.stranded.kafka.FindingHandler;
import io.stranded.kafka.FindingReader;
import io.stranded.kafka.KafkaReadOptions;
import io.stranded.kafka.KafkaSinkConfig;
import io.stranded.kafka.testing.KafkaBroker;
import io.stranded.report.ProfileJsonReader;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.watch.programs.LeaksOnDemand;
import io.stranded.watch.programs.VirtualCrowd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The packed distribution watches real JVMs and finds in them just what their threads ask for, by
 * heap dumps where that is not said otherwise.
 */
@Execution(ExecutionMode.CONCURRENT)
class WatchIT {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final int FIRST_WHOSE_DUMPS_SHOW_VIRTUAL_STACKS = 22;

  @TempDir Path directory;

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  static Stream<Arguments> programs() {
    return jdks()
        .flatMap(
            jdk ->
                Stream.of(Monitors.class, Owners.class, Synchronizers.class)
                    .map(program -> Arguments.of(jdk, program)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("programs")
  void attachingFindsJustTheLeaks(Jdk jdk, Class<?> program) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(program.getName(), "false"))) {
      assertFindsJustTheLeaks(target, watchOnce(target));
      assertThat(target.jcmd("JFR.check")).doesNotContain("stranded");
      assertThat(target.jcmd("Thread.print")).doesNotContain("stranded-reporter");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void virtualThreadsThatWereParkedBeforeTheAgentCameAreFoundToo(Jdk jdk) throws IOException {
    if (jdk.feature() < FIRST_WHOSE_DUMPS_SHOW_VIRTUAL_STACKS) {
      return;
    }
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Synchronizers.class.getName(), "true"))) {
      assertFindsJustTheLeaks(target, watchOnce(target), /* virtual= */ true);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void moreVirtualThreadsThanASmallSidecarCouldHoldAreNotLookedAt(Jdk jdk) throws IOException {
    if (jdk.feature() < FIRST_WITH_VIRTUAL_THREADS) {
      return;
    }
    List<String> command = List.of(VirtualCrowd.class.getName(), "100000");
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      Distribution.Result result =
          Distribution.startWith(
                  List.of("-Xmx64m"),
                  "watch",
                  "--once",
                  "--min-age=1s",
                  "--dump-dir=" + directory,
                  Long.toString(target.pid()))
              .await();
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.err())
          .contains(
              "more than 20000 virtual threads waited before the agent came: they are not looked"
                  + " at");
      assertThat(result.out()).startsWith("cannot tell: more than 20000 virtual threads waited");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void samplingWithoutTheAgentFindsTheSame(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      assertFindsJustTheLeaks(target, watchOnce(target, "--no-agent"));
    }
  }

  static Stream<Arguments> kindsOfThreads() {
    return jdks()
        .flatMap(
            jdk ->
                Stream.of(false, true)
                    .filter(virtual -> !virtual || jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS)
                    .map(virtual -> Arguments.of(jdk, virtual)));
  }

  @ParameterizedTest(name = "{0} virtual={1}")
  @MethodSource("kindsOfThreads")
  void anAgentThatWasThereFirstSeesVirtualThreadsToo(Jdk jdk, boolean virtual) throws IOException {
    List<String> command =
        List.of(
            "-javaagent:" + Distribution.agent() + "=threshold=250ms",
            Synchronizers.class.getName(),
            Boolean.toString(virtual));
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      LeakProfile profile = watchOnce(target);
      assertFindsJustTheLeaks(target, profile, virtual);
      assertThat(profile.findings())
          .allSatisfy(
              finding ->
                  assertThat(finding.threads()).allMatch(thread -> thread.parkedFor().isPresent()));
    }
  }

  static Stream<Arguments> programsWithHiddenRoots() {
    return jdks()
        .flatMap(
            jdk ->
                Stream.of(
                    Arguments.of(
                        jdk,
                        List.of(
                            "-Xbatch", "-XX:-TieredCompilation", ScalarReplaced.class.getName())),
                    Arguments.of(jdk, List.of(HiddenData.class.getName()))));
  }

  @ParameterizedTest
  @MethodSource("programsWithHiddenRoots")
  void rootsAreExact(Jdk jdk, List<String> command) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      LeakProfile profile = watchOnce(target);
      assertFindsJustTheLeaks(target, profile);
      assertThat(profile.dump().orElseThrow().roots()).isEqualTo(RootPrecision.EXACT);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jobsThatAreTakenBetweenPreparationAndDumpMakeNobodyLeaked(Jdk jdk) throws IOException {
    List<String> command =
        List.of(
            "-Xbatch", "-XX:-TieredCompilation", "-XX:+UseSerialGC", BusyWorkers.class.getName());
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      LeakProfile profile = watchOnce(target);
      assertFindsJustTheLeaks(target, profile);
      assertThat(profile.dump().orElseThrow().roots()).isEqualTo(RootPrecision.EXACT);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void garbageInTheWayOfAProofIsCollectedForASecondDump(Jdk jdk) throws IOException {
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(BehindGarbage.class.getName()))) {
      assertFindsJustTheLeaks(target, watchOnce(target));
    }
  }

  @Test
  void nobodyIsToldOfADoubtThatACollectionSettlesAtOnce() throws IOException {
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    try (ForkedJvm target = ForkedJvm.start(Jdk.current(), BehindGarbage.COMMAND)) {
      Distribution watch =
          report.watch(
              directory.resolve("dumps"),
              List.of("--proof=dump", "--dump-interval=1h", Long.toString(target.pid())));
      // A thread runs, so that the dump after the collection is the first of two that must agree.
      watch.awaitLog("garbage may be in the way of a proof: another dump follows at once");
      watch.awaitLog("the next one, due in 3600 s, shows whether 1 thread is leaked");
      watch.awaitLog("the next heap dump of " + target.pid() + " is due in 35");
      watch.process().destroy();
      watch.await();
    }
    assertThat(report.findings()).noneMatch(finding -> finding.verdict() == Verdict.INCONCLUSIVE);
  }

  @Test
  void firstDumpWaitsForWhatRipensNext() throws Exception {
    ReportFile report = new ReportFile(directory.resolve("report.jsonl"));
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(LeaksOnDemand.class.getName()))) {
      Distribution watch =
          report.watch(
              directory.resolve("dumps"),
              List.of(
                  "--proof=dump",
                  "--min-age=8s",
                  "--interval=100ms",
                  "--dump-interval=1h",
                  Long.toString(target.pid())));
      watch.awaitLog("watching ");
      target.send("leak 1");
      // A wait is known to a second: the second one is suspect later than the first by any account.
      TimeUnit.MILLISECONDS.sleep(1_500);
      target.send("leak 1");
      assertThat(report.await(finding -> true).count()).isEqualTo(2);
      watch.process().destroy();
      watch.await();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void wayToALatchThatIsPassedOnForEverIsFoundOrLeftInDoubt(Jdk jdk) throws IOException {
    String type = InFlight.class.getName();
    List<String> command =
        List.of(
            "-XX:CompileCommand=dontinline," + type + "::take",
            "-XX:CompileCommand=dontinline," + type + "::put",
            type,
            "holder");
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      assertThat(watchOnce(target).hasLeaks()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void findingsAreWrittenIntoTheRecordingOfTheTarget(Jdk jdk) throws IOException {
    List<String> command =
        List.of(
            "-XX:StartFlightRecording=name=own",
            "-XX:FlightRecorderOptions=repository=" + directory.resolve("repository"),
            "-Xlog:jfr+startup=off",
            Owners.class.getName(),
            "false");
    try (ForkedJvm target = ForkedJvm.start(jdk, command)) {
      LeakProfile profile = watchOnce(target);

      Path recording = directory.resolve("own.jfr");
      target.jcmd("JFR.dump", "name=own", "filename=" + recording);
      assertThat(RecordingFile.readAllEvents(recording))
          .filteredOn(event -> event.getEventType().getName().equals("stranded.ThreadLeak"))
          .extracting(event -> event.getString("fingerprint"))
          .containsExactlyInAnyOrderElementsOf(
              profile.findings().stream()
                  .filter(finding -> finding.verdict() == Verdict.LEAKED)
                  .map(Finding::fingerprint)
                  .toList())
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void killedTargetEndsTheWatchWithFourAfterItsFindingsWereDelivered(Jdk jdk) throws IOException {
    Path report = directory.resolve("report.jsonl");
    try (ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      Distribution watch =
          Distribution.start(
              "watch",
              "--proof=dump",
              "--min-age=1s",
              "--format=json",
              "--output=" + report,
              "--dump-dir=" + directory,
              Long.toString(target.pid()));
      watch.awaitLog("and analyzed");
      target.process().destroyForcibly();
      Distribution.Result result = watch.await();
      assertThat(result.exitCode()).isEqualTo(4);
      assertThat(result.err().lines().reduce((first, last) -> last).orElse(""))
          .endsWith("stranded: target " + target.pid() + " has ended");
      List<String> reports = Files.readAllLines(report);
      assertThat(reports).hasSize(2);
      assertThat(ProfileJsonReader.parse(reports.get(0)).hasLeaks()).isTrue();
      assertThat(ProfileJsonReader.parse(reports.get(1)).findings())
          .isNotEmpty()
          .allMatch(f -> f.life().orElseThrow().stage() == Life.Stage.RESOLVED);
    }
    assertNoDumpIsLeft();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void findingsReachKafkaAndComeBackTheSame(Jdk jdk) throws IOException {
    Path report = directory.resolve("report.json");
    try (KafkaBroker broker = KafkaBroker.start();
        ForkedJvm target = ForkedJvm.start(jdk, List.of(Owners.class.getName(), "false"))) {
      Distribution.Result watched =
          Distribution.run(
              "watch",
              "--once",
              "--min-age=1s",
              "--format=json",
              "--output=" + report,
              "--dump-dir=" + directory,
              "--spool-dir=" + directory.resolve("spool"),
              "--bootstrap-server=" + broker.bootstrapServers(),
              Long.toString(target.pid()));
      assertThat(watched.exitCode()).as(watched.err()).isZero();
      Distribution.Result read =
          Distribution.run(
              "tail",
              "--bootstrap-server=" + broker.bootstrapServers(),
              "--from-beginning",
              "--timeout-ms=10000",
              "--format=json");
      List<Finding> delivered = new ArrayList<>();
      for (String line : read.out().lines().toList()) {
        delivered.add(ProfileJsonReader.finding(line));
      }
      List<Finding> found = ProfileJsonReader.parse(Files.readString(report)).findings();
      assertThat(found).isNotEmpty();
      assertThat(delivered).containsExactlyInAnyOrderElementsOf(found);
    }
  }

  @Test
  void onceSaysHowManyFindingsAreNotDeliveredAndByItsCode() throws IOException {
    try (ForkedJvm target =
        ForkedJvm.start(Jdk.current(), List.of(Owners.class.getName(), "false"))) {
      Distribution.Result watched =
          Distribution.run(
              "watch",
              "--once",
              "--min-age=1s",
              "--dump-dir=" + directory,
              "--spool-dir=" + directory.resolve("spool"),
              "--close-timeout=1s",
              "--bootstrap-server=localhost:1",
              Long.toString(target.pid()));
      assertThat(watched.exitCode()).as(watched.err()).isEqualTo(5);
      assertThat(watched.err())
          .containsPattern(
              "\\d findings? (is|are) not in Kafka yet \\(no answer from localhost:1\\), kept in ");
    }
  }

  @Test
  void killedTargetLeavesTombstones() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        ForkedJvm target =
            ForkedJvm.start(Jdk.current(), List.of(Owners.class.getName(), "false"))) {
      Distribution watch =
          Distribution.start(
              "watch",
              "--min-age=1s",
              "--dump-dir=" + directory,
              "--spool-dir=" + directory.resolve("spool"),
              "--bootstrap-server=" + broker.bootstrapServers(),
              Long.toString(target.pid()));
      watch.awaitLog("and analyzed");
      target.process().destroyForcibly();
      assertThat(watch.await().exitCode()).isEqualTo(4);
      Set<String> found = new TreeSet<>();
      Set<String> gone = new TreeSet<>();
      KafkaReadOptions everything =
          new KafkaReadOptions(
              broker.bootstrapServers(),
              KafkaSinkConfig.DEFAULT_TOPIC,
              Map.of(),
              true,
              Long.MAX_VALUE,
              Optional.of(Duration.ofSeconds(5)));
      try (FindingReader reader = FindingReader.open(everything)) {
        reader.read(
            new FindingHandler() {
              @Override
              public void found(DeliveredFinding finding) {
                found.add(finding.key());
              }

              @Override
              public void gone(String key) {
                gone.add(key);
              }
            });
      }
      assertThat(found).isNotEmpty();
      assertThat(gone).isEqualTo(found);
    }
  }

  private LeakProfile watchOnce(ForkedJvm target, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "watch",
                "--once",
                "--proof=dump",
                "--min-age=1s",
                "--confidence=weakly-held",
                "--format=json",
                "--dump-dir=" + directory));
    args.addAll(List.of(more));
    args.add(Long.toString(target.pid()));
    Distribution.Result result = Distribution.run(args.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertNoDumpIsLeft();
    return ProfileJsonReader.parse(result.out());
  }

  /** With the second look there is no doubt left, so what is in doubt on a dump alone is leaked. */
  private static void assertFindsJustTheLeaks(ForkedJvm target, LeakProfile profile) {
    assertFindsJustTheLeaks(target, profile, /* virtual= */ false);
  }

  private static void assertFindsJustTheLeaks(
      ForkedJvm target, LeakProfile profile, boolean virtual) {
    Map<String, String> expected = new TreeMap<>();
    for (String name : Expected.threadNames(target.output())) {
      Expected.of(name)
          .filter(e -> e.kind() != Expected.Kind.LIVE)
          .ifPresent(e -> expected.put(name, confidence(e.kind()) + " " + e.cause().orElseThrow()));
    }
    Map<String, String> found = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      assertThat(finding.verdict())
          .as("%s", finding.evidence())
          .isEqualTo(isInDoubt(finding, virtual) ? Verdict.INCONCLUSIVE : Verdict.LEAKED);
      for (FoundThread thread : finding.threads()) {
        found.put(thread.name(), finding.confidence().orElseThrow() + " " + finding.cause());
      }
    }
    assertThat(expected).isNotEmpty();
    assertThat(found).isEqualTo(expected);
  }

  /**
   * Whether no dump can tell: anybody may list all threads, and unpark one; and virtual threads
   * that are live, as those of the healthy twins, may hide what they hold.
   */
  private static boolean isInDoubt(Finding finding, boolean virtual) {
    return finding.cause() == Cause.BARE_PARK
        || (virtual && finding.confidence().equals(Optional.of(Confidence.PROVEN)));
  }

  private static Confidence confidence(Expected.Kind kind) {
    return switch (kind) {
      case HANDLE -> Confidence.INTERRUPT_ONLY;
      case WEAK -> Confidence.WEAKLY_HELD;
      case LEAK, DOUBT, SUSPECT, LIVE -> Confidence.PROVEN;
    };
  }

  private void assertNoDumpIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().contains("dump"))).isEmpty();
    }
  }
}
