package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stranded.corpus.InFlight;
import io.stranded.corpus.UnkeptLoader;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.testing.DumpBuilder;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What no root explains may be held all the same, unless it is garbage. */
@Execution(ExecutionMode.CONCURRENT)
class UnexplainedHoldersTest {
  private static final String FUTURE = "java.util.concurrent.FutureTask";
  private static final int REAL_DUMPS = 8;

  @TempDir Path directory;
  private DumpBuilder dump = new DumpBuilder();

  static Stream<Jdk> jdks() {
    return Jdk.targets().stream();
  }

  static Stream<Arguments> targets() {
    return Jdk.targets().stream()
        .flatMap(
            jdk -> Stream.of("holder", "itself", "reflected").map(what -> arguments(jdk, what)));
  }

  /** A waiting thread whose future an object refers to that nobody holds. */
  @BeforeEach
  void heldByNobody() {
    dump = new DumpBuilder();
    dump.type(FUTURE, "java.lang.Object", "state:int")
        .type("app.Holder", "java.lang.Object", "future:ref")
        .type("app.Garbage", "java.lang.Object");
    long future = dump.object(FUTURE, Map.of());
    dump.thread("waiter").parkedOn(future);
    dump.object("app.Holder", Map.of("future", future));
  }

  @Test
  void garbageHidesNoLeak() throws IOException {
    garbage(100);
    assertThat(verdicts()).containsExactly(Verdict.LEAKED);
  }

  @Test
  void classesAreNoGarbage() throws IOException {
    dump.type("app.Plugin", "java.lang.Object", "static future:ref");
    long future = dump.object(FUTURE, Map.of());
    dump.thread("second waiter").parkedOn(future);
    dump.staticField("app.Plugin", "future", future);
    garbage(100);
    assertThat(verdicts()).containsExactlyInAnyOrder(Verdict.LEAKED, Verdict.INCONCLUSIVE);
  }

  @Test
  void runningThreadMayHoldItAsTheResultOfACall() throws IOException {
    garbage(100);
    dump.thread("running").frame("app.Task", "run");
    assertThat(verdicts()).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void nativeMethodThatIsJustCalledMayHoldItAsAnArgument() throws IOException {
    garbage(100);
    dump.thread("calling")
        .nativeFrame("jdk.internal.reflect.NativeMethodAccessorImpl", "invoke0")
        .frame("app.Task", "run");
    assertThat(verdicts()).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void nativeMethodOfOthersMayHoldItAsWhatItWasCalledOn() throws IOException {
    garbage(100);
    dump.thread("in the JDK").nativeFrame("sun.nio.ch.EPoll", "wait").frame("app.Task", "run");
    assertThat(verdicts()).containsExactly(Verdict.LEAKED);
    dump.thread("in a loop").nativeFrame("app.Loop", "run0").frame("app.Task", "run");
    assertThat(verdicts()).containsExactly(Verdict.INCONCLUSIVE);
  }

  @Test
  void afterACollectionThereIsNoGarbage() throws IOException {
    long last = 0;
    for (int i = 0; i < 200; i++) {
      last = dump.object("app.Holder", Map.of("future", last));
    }
    dump.root(last);
    assertThat(verdicts()).containsExactly(Verdict.INCONCLUSIVE);
  }

  /** Now and then it goes through an array of all threads, which would put all of them in doubt. */
  @Test
  void whatOurOwnAgentLooksAtIsExplained() throws IOException {
    dump = new DumpBuilder();
    dump.type(FUTURE, "java.lang.Object", "state:int")
        .type("app.Threads", "java.lang.Object", "first:ref");
    long waiter = dump.thread("waiter").parkedOn(dump.object(FUTURE, Map.of())).id();
    long threads = dump.object("app.Threads", Map.of("first", waiter));
    dump.thread("running").frame("app.Task", "run");
    assertThat(verdicts()).containsExactly(Verdict.INCONCLUSIVE);
    dump.thread("reporter")
        .frame("io.stranded.agent.CollectedThreads", "look")
        .local(threads)
        .frame("io.stranded.agent.Reporter", "run");
    assertThat(verdicts()).containsExactly(Verdict.LEAKED);
  }

  @Test
  void whatOnlyRegistriesOfTheRuntimeHoldIsExplained() throws IOException {
    dump = new DumpBuilder();
    dump.type(FUTURE, "java.lang.Object", "state:int")
        .type("java.lang.ThreadGroup", "java.lang.Object", "threads:ref", "parent:ref", "name:ref")
        .type("app.Threads", "java.lang.Object", "first:ref");
    long future = dump.object(FUTURE, Map.of());
    long waiter = dump.thread("waiter").parkedOn(future).id();
    long threads = dump.object("app.Threads", Map.of("first", waiter));
    dump.thread("running").frame("app.Task", "run");
    dump.root(dump.object("java.lang.ThreadGroup", Map.of("threads", threads)));
    assertThat(verdicts()).containsExactly(Verdict.LEAKED);
  }

  /** The class that the waiter runs in is explained by it alone, and a live class may know it. */
  @ParameterizedTest
  @CsvSource({
    "javax.management.loading.MLet, INCONCLUSIVE",
    "app.Loader, INCONCLUSIVE",
    "java.net.URLClassLoader, LEAKED"
  })
  void loaderThatAsksOthersMayLeadToTheClassOfTheWaiter(String loader, Verdict verdict)
      throws IOException {
    dump = new DumpBuilder();
    dump.type(FUTURE, "java.lang.Object", "state:int")
        .type("java.lang.ClassLoader", "java.lang.Object", "parent:ref")
        .type(loader, "java.lang.ClassLoader")
        .type("app.User", "java.lang.Object")
        .type("app.Used", "java.lang.Object", "static future:ref");
    long future = dump.object(FUTURE, Map.of());
    dump.thread("waiter").parkedOn(future).frame("app.Used", "await");
    dump.staticField("app.Used", "future", future);
    dump.definedBy("app.User", dump.object(loader, Map.of())).root(dump.classId("app.User"));
    if (loader.startsWith("app.")) {
      dump.definedBy(loader, dump.object("java.lang.ClassLoader", Map.of()));
    }
    assertThat(verdicts()).containsExactly(verdict);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void whatIsOnItsWayFromCallToCallIsHeld(Jdk jdk, String what) throws IOException {
    String type = InFlight.class.getName();
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk,
            List.of(
                "-XX:CompileCommand=dontinline," + type + "::take",
                "-XX:CompileCommand=dontinline," + type + "::put",
                "-XX:CompileCommand=dontinline," + type + "::arguments",
                // Up to 17 and from 18 on: let reflection call by a native method.
                "-Dsun.reflect.inflationThreshold=" + Integer.MAX_VALUE,
                "-Djdk.reflect.useNativeAccessorOnly=true",
                type,
                what))) {
      for (int i = 0; i < REAL_DUMPS; i++) {
        Path file = directory.resolve("in-flight.hprof").toAbsolutePath();
        if (i % 2 == 0) {
          jvm.heapDump(file);
        } else {
          jvm.jcmd("GC.heap_dump", file.toString());
        }
        LeakProfile profile = jvm.whileStopped(() -> new LeakAnalyzer().analyze(file));
        Files.delete(file);
        assertThat(profile.threads().candidates()).isPositive();
        assertThat(profile.findings()).noneMatch(f -> f.verdict() == Verdict.LEAKED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void classWhoseLoaderOnlyTheJvmKeepsIsHeld(Jdk jdk) throws IOException {
    try (ForkedJvm jvm = ForkedJvm.start(jdk, List.of(UnkeptLoader.class.getName()))) {
      for (boolean live : new boolean[] {true, false}) {
        Path file = directory.resolve("unkept-" + live + ".hprof").toAbsolutePath();
        if (live) {
          jvm.jcmd("GC.heap_dump", file.toString());
        } else {
          jvm.heapDump(file);
        }
        LeakProfile profile = new LeakAnalyzer().analyze(file);
        assertThat(profile.threads().candidates()).isPositive();
        assertThat(profile.findings())
            .extracting(Finding::verdict)
            .containsOnly(Verdict.INCONCLUSIVE);
      }
    }
  }

  private void garbage(int count) {
    for (int i = 0; i < count; i++) {
      dump.object("app.Garbage", Map.of());
    }
  }

  /** By one who has looked twice, which is no help here. */
  private List<Verdict> verdicts() throws IOException {
    Path file = dump.writeTo(directory.resolve("dump.hprof"));
    return new LeakAnalyzer()
        .facts(ResultsInFlightTest.STEADY).analyze(file).findings().stream()
            .map(Finding::verdict)
            .toList();
  }
}
