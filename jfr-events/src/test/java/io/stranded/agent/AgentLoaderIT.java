package io.stranded.agent;

import static io.stranded.agent.EventLog.about;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's own loader: one at most, gone with the agent, and sure of its classes. */
@Execution(ExecutionMode.CONCURRENT)
class AgentLoaderIT {
  private static final String SOON = "threshold=200ms,period=50ms";
  private static final int MOST_COLLECTIONS = 50;

  /** From then on Flight Recorder keeps nothing of a class of events that is gone. */
  private static final int FIRST_WITHOUT_TRACE = 19;

  /** So that what only soft references hold goes with the next collection. */
  private static final String NO_SOFT_REFERENCES = "-XX:SoftRefLRUPolicyMSPerMB=0";

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingIsLeftAfterDisable(Jdk jdk) {
    try (Target target = start(jdk)) {
      for (int i = 0; i < 4; i++) {
        assertThat(target.attach(SOON)).startsWith("running");
        target.attach(StrandedAgent.EXACT_ROOTS_OPTION);
        assertThat(loaders(target)).isEqualTo(1);
        target.command("round-" + i);
        assertThat(target.attach("disable")).isEqualTo("disabled");
      }
      // Until then parked threads hold the slots that they were given.
      target.command("release");

      int left = jdk.feature() < FIRST_WITHOUT_TRACE ? 1 : 0;
      assertThat(fewestLoaders(target, left)).isEqualTo(left);
      assertThat(target.jvm().jcmd("VM.class_hierarchy").contains("io.stranded.agent.asm."))
          .isEqualTo(left > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void threadsThatStayParkedHoldOneLoaderAndNotOneEach(Jdk jdk) {
    try (Target target = start(jdk)) {
      for (int i = 0; i < 4; i++) {
        assertThat(target.attach(SOON)).startsWith("running");
        target.command("round-" + i);
        assertThat(target.attach("disable")).isEqualTo("disabled");
        assertThat(loaders(target)).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void anotherVersionTakesOverAfterDisableAndNotBefore(Jdk jdk, @TempDir Path directory)
      throws IOException {
    Path other = OtherVersion.withOneMore(directory);
    try (Target target = start(jdk);
        EventLog log = target.follow()) {
      assertThat(target.attach(SOON)).startsWith("running");
      assertThat(target.attach(other, "stackDepth=3")).contains("threshold=200ms", "stackDepth=3");
      assertThat(loaders(target)).isEqualTo(1);
      target.command("first");
      log.await(about("ThreadPark", "first"));

      assertThat(target.attach("disable")).isEqualTo("disabled");
      assertThat(target.attach(other, SOON)).startsWith("running");
      target.command("second");

      log.await(about("ThreadPark", "second"));
      assertThat(loaders(target)).isEqualTo(2);
      target.command("release");
      assertThat(fewestLoaders(target, 1)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void jarMayBeDeletedOnceTheAgentIsLoaded(Jdk jdk, @TempDir Path directory) throws IOException {
    Path first = Files.copy(Target.AGENT, directory.resolve("first.jar"));
    Path second = Files.copy(Target.AGENT, directory.resolve("second.jar"));
    try (Target target = start(jdk);
        EventLog log = target.follow()) {
      assertThat(target.attach(first, "threshold=1h")).startsWith("running");
      Files.delete(first);
      target.attach(second, SOON);
      target.command("first");
      log.await(about("ThreadPark", "first"));
      assertThat(target.attach(second, "disable")).isEqualTo("disabled");
      Files.delete(second);
      assertThat(target.attach(SOON)).startsWith("running");
      target.command("second");
      log.await(about("ThreadPark", "second"));
      assertThat(target.jvm().output()).doesNotContain("stranded:");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void damagedJarIsSaidAndDoesNotStandInTheWayOfAGoodOne(Jdk jdk, @TempDir Path directory)
      throws IOException {
    Path damaged = OtherVersion.damaged(directory);
    try (Target target = start(jdk)) {
      assertThat(target.attach(damaged, SOON))
          .startsWith("failed: java.io.IOException: " + damaged);
      target.jvm().awaitLine("stranded: agent not loaded: ");
      assertThat(target.attach(SOON)).startsWith("running");
    }
    try (Target target = start(jdk)) {
      assertThat(target.attach(SOON)).startsWith("running");
      assertThat(target.attach("disable")).isEqualTo("disabled");
      // Now the last one on the class path.
      assertThat(target.attach(damaged, "disable")).isEqualTo("disabled");
      assertThat(target.attach(SOON)).startsWith("running");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void outcomeOfAnEarlierTryIsNotTakenForThatOfOneThatFails(Jdk jdk, @TempDir Path directory)
      throws IOException {
    Path first = Files.copy(Target.AGENT, directory.resolve("first.jar"));
    try (Target target = start(jdk)) {
      assertThat(target.prepare(first)).isIn("exact", "native");
      target.attach(first, "disable");
      Files.delete(first);

      assertThat(target.prepare(OtherVersion.damaged(directory))).startsWith("failed: ");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nativeLibraryIsLoadedAgainBySuchALoader(Jdk jdk, @TempDir Path directory)
      throws IOException {
    Path library =
        Path.of("../heap-snapshot/target/native/linux-x86_64/libstranded-snapshot.so")
            .toAbsolutePath();
    assumeTrue(Files.exists(library), "there was no C compiler for " + library);
    Path agent = OtherVersion.withLibrary(directory);
    try (Target target = start(jdk)) {
      for (int i = 0; i < 3; i++) {
        assertThat(target.attach(agent, library.toString())).isEqualTo("running");
        // With the loader that loaded it, or with a new one.
        if (i == 1 && jdk.feature() >= FIRST_WITHOUT_TRACE) {
          assertThat(fewestLoaders(target, 0)).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void agentIsTheOneOfItsJarWhereTheApplicationHasTheClassesToo(Jdk jdk) {
    try (Target target = Target.startBesideTheClasses(jdk, SOON);
        EventLog log = target.follow()) {
      target.command("later");
      log.await(about("ThreadPark", "later"));
      assertThat(target.attach("stackDepth=3")).contains("threshold=200ms", "stackDepth=3");
      assertThat(loaders(target)).isEqualTo(1);
      assertThat(target.attach("disable")).isEqualTo("disabled");
      assertThat(target.jvm().output()).containsExactly("READY", "DONE later");
    }
  }

  private static Target start(Jdk jdk) {
    Target target = Target.start(jdk, NO_SOFT_REFERENCES);
    target.jvm().jcmd("JFR.start", "name=first");
    return target;
  }

  /** Collects until so few loaders are left, and returns how many there are. */
  private static int fewestLoaders(Target target, int wanted) {
    int left = loaders(target);
    for (int i = 0; i < MOST_COLLECTIONS && left > wanted; i++) {
      left = loaders(target);
    }
    return left;
  }

  /** Collects, and counts the loaders that are left. */
  private static int loaders(Target target) {
    Matcher line =
        Pattern.compile("(\\d+) +\\d+ +io\\.stranded\\.agent\\.AgentLoader\\b(?!\\$)")
            .matcher(target.jvm().jcmd("GC.class_histogram"));
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }
}
