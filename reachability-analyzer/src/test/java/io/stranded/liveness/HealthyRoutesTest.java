package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.corpus.AttachedThread;
import io.stranded.corpus.HealthyRoutes;
import io.stranded.corpus.KnownWeakly;
import io.stranded.finding.LeakProfile;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import io.stranded.testing.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  @TempDir Path directory;

  static Stream<HealthyRoutes.Run> runs() {
    return Jdk.targets().stream().flatMap(HealthyRoutes::on);
  }

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void onlyLeakingTwinsAreProved(HealthyRoutes.Run run) throws IOException {
    judge(run);
  }

  /** In a local reference of a native thread, below which there is no Java frame. */
  @ParameterizedTest
  @MethodSource("jdks")
  void whatNativeThreadsHoldIsNoLeak(Jdk jdk) throws IOException, InterruptedException {
    judge(HealthyRoutes.run(jdk, AttachedThread.class));
    String library = NativeLibrary.build(jdk, Path.of("src/test/c/attached.c"), directory);
    judge(HealthyRoutes.run(jdk, AttachedThread.class, library));
    judge(HealthyRoutes.run(jdk, AttachedThread.class, library, "direct"));
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
      assertThat(HealthyRoutes.proved(profile))
          .containsExactly("live/known-weakly: LATCH_NEVER_COUNTED_DOWN");
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
    assertThat(HealthyRoutes.proved(profile)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"StructuredScopes", "Upcalls"})
  void onlyLeakingTwinsOfLaterReleasesAreProved(String program) throws IOException {
    Optional<Jdk> jdk = Jdk.find(25);
    assumeTrue(jdk.isPresent(), "there is no JDK 25");
    judge(jdk.get(), HealthyRoutes.fromSource(program));
  }

  private void judge(HealthyRoutes.Run run) throws IOException {
    judge(run.jdk(), run.command());
  }

  private void judge(Jdk jdk, List<String> command) throws IOException {
    try (ForkedJvm jvm = ForkedJvm.start(jdk, command)) {
      Path dump = jvm.heapDump(directory.resolve("dump.hprof"));
      LeakProfile profile = new LeakAnalyzer().facts(ResultsInFlightTest.STEADY).analyze(dump);
      Files.delete(dump);
      assertThat(HealthyRoutes.proved(profile)).isEqualTo(HealthyRoutes.leaking(jvm));
    }
  }
}
