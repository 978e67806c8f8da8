package io.stranded.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Confidence;
import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LivenessOracle.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The analyzer says of thousands of random graphs what the slow oracle says. {@code
 * -Dstranded.oracle.graphs=100000} compares that many; graphs grow, so the first that differs is
 * among the smallest that do. The objects of every other graph lie in many pages, which two cores
 * share.
 */
class LivenessOracleTest {
  private static final int GRAPHS = Integer.getInteger("stranded.oracle.graphs", 2000);
  private static final int LARGEST = 40;

  @TempDir Path directory;

  @Test
  void analyzerAgreesWithTheOracleOnRandomGraphs() throws IOException {
    Map<Answer, Integer> seen = new EnumMap<>(Answer.class);
    for (int seed = 0; seed < GRAPHS; seed++) {
      int size = 2 + (int) ((long) seed * LARGEST / GRAPHS);
      RandomGraph graph = new RandomGraph(seed, size);
      Map<String, Answer> expected = new TreeMap<>(graph.oracle.answers());
      expected.values().forEach(answer -> seen.merge(answer, 1, Integer::sum));
      assertThat(answers(graph, expected))
          .as("new RandomGraph(%d, %d)", seed, size)
          .isEqualTo(expected);
    }
    assertThat(seen).as("answers met").hasSize(Answer.values().length);
  }

  private Map<String, Answer> answers(RandomGraph graph, Map<String, Answer> expected)
      throws IOException {
    Path file = graph.dump.writeTo(directory.resolve("random.hprof"));
    LeakProfile profile = new LeakAnalyzer().secondCoreFrom(0).facts(graph).analyze(file);
    assertThat(profile.dump().orElseThrow().complete()).isTrue();
    Map<String, Answer> answers = new TreeMap<>();
    expected.keySet().forEach(name -> answers.put(name, Answer.LIVE));
    for (Finding finding : profile.findings()) {
      for (FoundThread thread : finding.threads()) {
        answers.put(thread.name(), answer(finding));
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
}
