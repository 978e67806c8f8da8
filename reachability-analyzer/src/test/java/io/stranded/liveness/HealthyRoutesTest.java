package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.corpus.AttachedThread;
import io.stranded.corpus.CollectedThreads;
import io.stranded.corpus.Constants;
import io.stranded.corpus.Expected;
import io.stranded.corpus.InFlightException;
import io.stranded.corpus.InitArguments;
import io.stranded.corpus.KeptByClasses;
import io.stranded.corpus.KnownWeakly;
import io.stranded.corpus.LockOwners;
import io.stranded.corpus.NeverCollected;
import io.stranded.corpus.OnlyCodeLeadsTo;
import io.stranded.corpus.OwnCarrier;
import io.stranded.corpus.PendingReferences;
import io.stranded.corpus.Pools;
import io.stranded.corpus.ThreadHandles;
import io.stranded.corpus.Timeouts;
import io.stranded.corpus.UnderConstruction;
import io.stranded.corpus.WrongMonitor;
import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routes by which healthy threads are ended that a dump shows badly or not at all: none of these
 * threads is proved to be leaked, by one who has looked twice, and all of their leaking twins are.
 */
@Execution(ExecutionMode.CONCURRENT)
class HealthyRoutesTest {
  private static final String[] WITHOUT_VERIFICATION = {
    "-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"
  };

  @TempDir Path directory;

  /** A program on a JVM. */
  record Run(Jdk jdk, int first, Class<?> program, List<String> options, List<String> arguments) {
    /** For this release and later ones. */
    Run from(int release) {
      return new Run(jdk, release, program, options, arguments);
    }

    Run options(String... more) {
      return new Run(jdk, first, program, List.of(more), arguments);
    }

    List<String> command() {
      List<String> command = new ArrayList<>(options);
      command.add(program.getName());
      command.addAll(arguments);
      return command;
    }

    /** With these methods compiled at their first call, and no others. */
    Run compiled(String methods) {
      return options(
          "-Xcomp",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=compileonly," + program.getName() + methods);
    }

    @Override
    public String toString() {
      return jdk + " " + program.getSimpleName() + " " + String.join(" ", arguments);
    }
  }

  static Stream<Run> runs() {
    return Jdk.targets().stream().flatMap(HealthyRoutesTest::runsOn);
  }

  private static Stream<Run> runsOn(Jdk jdk) {
    return Stream.of(
            run(jdk, ThreadHandles.class),
            run(jdk, LockOwners.class),
            run(jdk, Constants.class),
            run(jdk, OnlyCodeLeadsTo.class, "healthy"),
            run(jdk, OnlyCodeLeadsTo.class, "by-parent"),
            run(jdk, OnlyCodeLeadsTo.class, "leaking"),
            run(jdk, KeptByClasses.class),
            run(jdk, InitArguments.class, "initializing").compiled("*::release"),
            run(jdk, InitArguments.class, "loading").compiled("*::release"),
            run(jdk, InitArguments.class, "leaking").compiled("*::release"),
            run(jdk, WrongMonitor.class).compiled("*::*"),
            run(jdk, UnderConstruction.class, "healthy").compiled("$Slow::*"),
            run(jdk, UnderConstruction.class, "leaking").compiled("$Slow::*"),
            run(jdk, NeverCollected.class),
            run(jdk, Pools.class),
            run(jdk, Timeouts.class),
            run(jdk, Timeouts.class, "virtual").from(25),
            run(jdk, PendingReferences.class),
            run(jdk, InFlightException.class, "healthy").options(WITHOUT_VERIFICATION),
            run(jdk, InFlightException.class, "leaking").options(WITHOUT_VERIFICATION),
            run(jdk, CollectedThreads.class, "false")
                .options("-Djdk.trackAllThreads=false")
                .from(25),
            run(jdk, CollectedThreads.class, "true").from(25),
            run(jdk, OwnCarrier.class)
                .options("--add-opens", "java.base/java.lang=ALL-UNNAMED")
                .from(25))
        .filter(run -> run.first() <= jdk.feature());
  }

  private static Run run(Jdk jdk, Class<?> program, String... arguments) {
    return new Run(jdk, 17, program, List.of(), List.of(arguments));
  }

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void onlyLeakingTwinsAreProved(Run run) throws IOException {
    judge(run);
  }

  /** In a local reference of a native thread, below which there is no Java frame. */
  @ParameterizedTest
  @MethodSource("jdks")
  void whatNativeThreadsHoldIsNoLeak(Jdk jdk) throws IOException, InterruptedException {
    judge(run(jdk, AttachedThread.class));
    String library = NativeLibrary.build(jdk, Path.of("src/test/c/attached.c"), directory);
    judge(run(jdk, AttachedThread.class, library));
    judge(run(jdk, AttachedThread.class, library, "direct"));
  }

  /** The limit that the README names: no dump has weak JNI references, nor says who has any. */
  @ParameterizedTest
  @MethodSource("jdks")
  void whatOnlyAWeakReferenceOfNativeCodeLeadsToLooksLeaked(Jdk jdk)
      throws IOException, InterruptedException {
    String library = NativeLibrary.build(jdk, Path.of("src/test/c/weakly.c"), directory);
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(KnownWeakly.class.getName(), library))) {
      Path dump = jvm.heapDump(directory.resolve("dump.hprof"));
      LeakProfile profile = new LeakAnalyzer().facts(ResultsInFlightTest.STEADY).analyze(dump);
      assertThat(proved(profile)).containsExactly("live/known-weakly: LATCH_NEVER_COUNTED_DOWN");
      jvm.send("count down");
      jvm.awaitLine("ENDED");
    }
  }

  /** The collector has found it, and nobody has handed it over yet. */
  @Test
  void referenceBehindTheHeadOfThePendingListIsHeld() throws IOException {
    String future = "java.util.concurrent.FutureTask";
    DumpBuilder dump =
        new DumpBuilder()
            .type(future, "java.lang.Object", "state:int")
            .type("java.lang.ref.Reference", "java.lang.Object", "referent:ref", "discovered:ref")
            .type("java.lang.ref.PhantomReference", "java.lang.ref.Reference")
            .type("app.Action", "java.lang.ref.PhantomReference", "future:ref");
    long blocker = dump.object(future, Map.of());
    dump.thread("waiter").parkedOn(blocker);
    long behind = dump.object("app.Action", Map.of("future", blocker));
    dump.root(dump.object("app.Action", Map.of("discovered", behind)));
    LeakProfile profile =
        new LeakAnalyzer()
            .facts(ResultsInFlightTest.STEADY)
            .analyze(dump.writeTo(directory.resolve("pending.hprof")));
    assertThat(proved(profile)).isEmpty();
  }

  /** Run from source, since this build is for 17. */
  @ParameterizedTest
  @ValueSource(strings = {"StructuredScopes", "Upcalls"})
  void onlyLeakingTwinsOfLaterReleasesAreProved(String program) throws IOException {
    Optional<Jdk> jdk = Jdk.find(25);
    assumeTrue(jdk.isPresent(), "there is no JDK 25");
    judge(
        jdk.get(),
        List.of(
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "--source",
            "25",
            Path.of("src/test/resources/jdk25", program + ".java").toString()));
  }

  private void judge(Run run) throws IOException {
    judge(run.jdk(), run.command());
  }

  private void judge(Jdk jdk, List<String> command) throws IOException {
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Path dump = jvm.heapDump(directory.resolve("dump.hprof"));
      LeakProfile profile = new LeakAnalyzer().facts(ResultsInFlightTest.STEADY).analyze(dump);
      Files.delete(dump);
      Set<String> proved = proved(profile);
      proved.removeIf(thread -> thread.startsWith("doubt/"));
      assertThat(proved).isEqualTo(leaking(jvm));
    }
  }

  private static Set<String> leaking(ForkedJvm jvm) {
    Set<String> leaking = new TreeSet<>();
    for (String name : Expected.threadNames(jvm.output())) {
      Expected.of(name)
          .filter(expected -> expected.kind() == Expected.Kind.LEAK)
          .ifPresent(expected -> leaking.add(name + ": " + expected.cause().orElseThrow()));
    }
    return leaking;
  }

  private static Set<String> proved(LeakProfile profile) {
    Set<String> proved = new TreeSet<>();
    for (Finding finding : profile.findings()) {
      if (finding.verdict() == Verdict.LEAKED
          && finding.confidence().equals(Optional.of(Confidence.PROVEN))) {
        finding.threads().forEach(t -> proved.add(t.name() + ": " + finding.cause()));
      }
    }
    return proved;
  }
}
