package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.liveness.LivenessOracle;
import io.stranded.liveness.LivenessOracle.Actor;
import io.stranded.liveness.LivenessOracle.Answer;
import io.stranded.liveness.LivenessOracle.Edge;
import io.stranded.liveness.LivenessOracle.Ending;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Snapshots of random graphs of real objects and threads say what the slow oracle says. {@code
 * -Dstranded.oracle.heaps=100} takes that many programs of {@value #GRAPHS} graphs each.
 */
class SnapshotOracleTest {
  private static final int HEAPS = Integer.getInteger("stranded.oracle.heaps", 1);
  private static final int GRAPHS = 50;
  private static final int TARGETS = 8;

  @TempDir Path directory;

  /** A program of random graphs on a JVM. */
  record Run(Jdk jdk, int seed) {}

  static Stream<Run> runs() {
    return Jdk.targets().stream()
        .flatMap(
            jdk -> Stream.iterate(0, i -> i + 1).limit(HEAPS).map(i -> new Run(jdk, i * GRAPHS)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void snapshotAgreesWithTheOracleOnRealObjects(Run run) throws IOException {
    Map<String, Answer> expected = new TreeMap<>();
    for (int seed = run.seed(); seed < run.seed() + GRAPHS; seed++) {
      expected.putAll(oracle(RandomGraph.of(seed)).answers());
    }
    assertThat(Set.copyOf(expected.values()))
        .containsExactlyInAnyOrder(
            Answer.LIVE, Answer.WEAKLY_HELD, Answer.INTERRUPT_ONLY, Answer.IN_DOUBT, Answer.PROVEN);
    Map<String, Answer> found = Map.of();
    // A word that an earlier call left on some stack can hide a graph, in one program or another.
    for (int i = 0; i < TARGETS && !found.equals(expected); i++) {
      found = found(run, expected.keySet());
      found.forEach(
          (name, answer) -> assertThat(answer).as(name).isLessThanOrEqualTo(expected.get(name)));
    }
    assertThat(found).isEqualTo(expected);
  }

  private Map<String, Answer> found(Run run, Set<String> names) throws IOException {
    List<String> command =
        List.of(
            "-XX:+EnableDynamicAgentLoading",
            RandomHeap.class.getName(),
            Integer.toString(run.seed()),
            Integer.toString(GRAPHS));
    try (ForkedJvm jvm = ForkedJvm.start(run.jdk(), command)) {
      SnapshotResult result =
          ForkedTarget.snapshots(jvm, directory)
              .take(
                  SnapshotRequest.ofAll(JdkRules.rules()).withAtLeast(SnapshotRequest.Reach.WEAK));
      assertThat(result).isInstanceOf(SnapshotResult.Unreached.class);
      Map<String, Answer> found = new TreeMap<>();
      names.forEach(name -> found.put(name, Answer.LIVE));
      found.putAll(answers(((SnapshotResult.Unreached) result).island()));
      return found;
    }
  }

  private Map<String, Answer> answers(Island island) throws IOException {
    Path dump = directory.resolve("island.hprof");
    IslandHprof.write(island, dump, System.currentTimeMillis());
    Map<String, Answer> answers = new TreeMap<>();
    List<Finding> findings =
        new LeakAnalyzer()
            .facts(new IslandFacts(island, /* steady= */ true))
            .analyze(dump)
            .findings();
    for (Finding finding : findings) {
      for (FoundThread thread : finding.threads()) {
        if (thread.name().startsWith("graph-")) {
          answers.put(thread.name(), answer(finding));
        }
      }
    }
    return answers;
  }

  private static Answer answer(Finding finding) {
    Confidence confidence = finding.confidence().orElseThrow();
    return switch (confidence) {
      case PROVEN -> finding.verdict() == Verdict.LEAKED ? Answer.PROVEN : Answer.IN_DOUBT;
      case INTERRUPT_ONLY -> Answer.INTERRUPT_ONLY;
      case WEAKLY_HELD -> Answer.WEAKLY_HELD;
    };
  }

  /** Objects have numbers from 1 on; behind these their latches have, and then the threads. */
  private static LivenessOracle oracle(RandomGraph graph) {
    LivenessOracle oracle = new LivenessOracle();
    for (int i = 0; i < graph.nodes(); i++) {
      oracle.object(node(i));
      oracle.object(latch(graph, i));
      oracle.reference(node(i), Edge.STRONG, latch(graph, i));
    }
    graph.roots().forEach(root -> oracle.root(node(root)));
    for (RandomGraph.Link link : graph.links()) {
      oracle.reference(
          node(link.from()), link.soft() ? Edge.DEFERRED : Edge.STRONG, node(link.to()));
    }
    List<Actor> actors = new ArrayList<>();
    for (RandomGraph.Waiter waiter : graph.waiters()) {
      long thread = thread(graph, actors.size());
      oracle.object(thread);
      Actor actor = oracle.actor(waiter.name(), thread);
      actor.stack.add(thread);
      waiter.stack().forEach(held -> actor.stack.add(node(held)));
      waiter.own().forEach(owned -> oracle.reference(thread, Edge.STRONG, node(owned)));
      wait(graph, waiter, actor);
      actors.add(actor);
    }
    for (RandomGraph.Handle handle : graph.handles()) {
      oracle.reference(
          node(handle.from()),
          handle.soft() ? Edge.DEFERRED : Edge.STRONG,
          thread(graph, handle.waiter()));
    }
    return oracle;
  }

  private static void wait(RandomGraph graph, RandomGraph.Waiter waiter, Actor actor) {
    switch (waiter.kind()) {
      case AWAITING -> {
        actor.ending = Optional.of(Ending.OBJECT);
        actor.waitsFor = Set.of(latch(graph, waiter.target()));
        actor.stack.add(latch(graph, waiter.target()));
      }
      case BARE -> {
        actor.ending = Optional.of(Ending.HANDLE);
        actor.doubtful = true;
      }
      case LOCKING -> {
        actor.ending = Optional.of(Ending.THREAD);
        actor.waitsFor = Set.of(thread(graph, waiter.target()));
        actor.interruptible = false;
      }
    }
  }

  private static long node(int number) {
    return 1L + number;
  }

  private static long latch(RandomGraph graph, int number) {
    return 1L + graph.nodes() + number;
  }

  private static long thread(RandomGraph graph, int number) {
    return 1L + 2L * graph.nodes() + number;
  }
}
