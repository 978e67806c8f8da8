package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.corpus.Expected;
import io.stranded.corpus.HiddenData;
import io.stranded.corpus.ScalarReplaced;
import io.stranded.corpus.VirtualGuards;
import io.stranded.finding.Confidence;
import io.stranded.finding.RootPrecision;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.ThreadFacts;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only a scalar-replaced object holds, or the class data of a hidden class, is not in a dump,
 * unless it was prepared.
 */
class ExactRootsIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final int FIRST_WITHOUT_NATIVE_AGENT = 22;
  private static final int VIRTUAL_THREADS = 25;
  private static final String LEAKED = "leak/LATCH_NEVER_COUNTED_DOWN/latch";
  private static final String FALSE_ALARM = "live/waiter";

  private static final ThreadFacts EXACT =
      new ThreadFacts() {
        @Override
        public RootPrecision roots() {
          return RootPrecision.EXACT;
        }

        @Override
        public Steadiness steadiness(long threadId) {
          return Steadiness.STEADY;
        }
      };

  @TempDir Path directory;

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void preparedDumpHasNoFalseAlarm(Jdk jdk) throws IOException {
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk,
            List.of(
                "-Xbatch",
                "-XX:-TieredCompilation",
                "-XX:+EnableDynamicAgentLoading",
                ScalarReplaced.class.getName()))) {
      assertThat(leaked(jvm)).containsExactlyInAnyOrder(LEAKED, FALSE_ALARM);
      prepare(jvm, jdk);
      assertThat(leaked(jvm)).containsExactly(LEAKED);
      assertThat(jvm.output()).noneMatch(line -> line.contains("WARNING"));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void preparedDumpShowsWhatIsClassData(Jdk jdk) throws IOException {
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk, List.of("-XX:+EnableDynamicAgentLoading", HiddenData.class.getName()))) {
      assertThat(leaked(jvm)).containsExactlyInAnyOrder(LEAKED, FALSE_ALARM);
      prepareByAgent(jvm, jdk);
      assertThat(leaked(jvm)).containsExactly(LEAKED);
      assertThat(jvm.output()).noneMatch(line -> line.contains("WARNING"));
    }
  }

  /** Scalar-replaced objects stay hidden in the frames of virtual threads, prepared or not. */
  @ParameterizedTest
  @ValueSource(strings = {"healthy", "leaking"})
  void whatVirtualThreadsHideIsNoLeak(String what) throws IOException {
    Optional<Jdk> jdk = Jdk.find(VIRTUAL_THREADS);
    assumeTrue(jdk.isPresent(), "there is no JDK " + VIRTUAL_THREADS);
    try (ForkedJvm jvm =
        ForkedJvm.start(
            jdk.get(),
            List.of(
                "-Xbatch",
                "-XX:-TieredCompilation",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline," + VirtualGuards.class.getName() + "::pause",
                "-XX:+EnableDynamicAgentLoading",
                VirtualGuards.class.getName(),
                what))) {
      prepare(jvm, jdk.get());
      assertThat(leaked(jvm, EXACT))
          .isEqualTo(
              Expected.threadNames(jvm.output()).stream()
                  .filter(name -> name.startsWith("leak/"))
                  .toList());
    }
  }

  private static void prepare(ForkedJvm jvm, Jdk jdk) {
    prepareByAgent(jvm, jdk);
    if (jdk.feature() < FIRST_WITHOUT_NATIVE_AGENT) {
      Path library =
          TARGET.resolve("../../heap-snapshot/target/native/linux-x86_64/libstranded-snapshot.so");
      assumeTrue(Files.exists(library), "there was no C compiler for " + library);
      assertThat(jvm.jcmd("JVMTI.agent_load", library.toString())).contains("return code: 0");
    }
  }

  private static void prepareByAgent(ForkedJvm jvm, Jdk jdk) {
    jvm.jcmd(
        "JVMTI.agent_load",
        TARGET.resolve("stranded-agent.jar").toString(),
        StrandedAgent.EXACT_ROOTS_OPTION);
    String outcome = jdk.feature() < FIRST_WITHOUT_NATIVE_AGENT ? "native" : "exact";
    assertThat(jvm.jcmd("VM.system_properties"))
        .contains(StrandedAgent.ROOTS_PROPERTY + "=" + outcome);
  }

  private List<String> leaked(ForkedJvm jvm) throws IOException {
    return leaked(jvm, ThreadFacts.NONE);
  }

  /** Whom a dump names as leaked for sure. */
  private List<String> leaked(ForkedJvm jvm, ThreadFacts facts) throws IOException {
    Path dump = jvm.heapDump(directory.resolve("dump.hprof"));
    List<String> names =
        new LeakAnalyzer()
            .facts(facts).analyze(dump).atLeast(Confidence.PROVEN).findings().stream()
                .filter(finding -> finding.verdict() == Verdict.LEAKED)
                .flatMap(finding -> finding.threads().stream())
                .map(thread -> thread.name())
                .toList();
    Files.delete(dump);
    return names;
  }
}
