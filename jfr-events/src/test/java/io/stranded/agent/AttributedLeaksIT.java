package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaks in tests, where the agent tells who started a thread. */
class AttributedLeaksIT {
  /** What fails, with what has to be said of it. */
  private static final Map<String, String> LEAKS =
      Map.of(
          "losesOne()", "\"lost\"",
          "losesAGrandchild()", "\"grandchild\"",
          "losesByAnOldPool()", "\"lost by the old\"",
          "startsWhatItsClassHasMade()", "\"made before\"",
          "losesAVirtualOne()", "\"lost virtual\"",
          "loses()", "\"lost side by side\"",
          "invocation(String)", "\"lost by one of two\"");

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void eachIsOfTheTestThatStartedItAndOfNoOther(Jdk jdk) {
    List<String> lines = run(jdk);
    Map<String, String> failures = new TreeMap<>();
    for (String line : lines) {
      if (line.startsWith("FAILED ")) {
        int colon = line.indexOf(": ");
        failures.put(line.substring("FAILED ".length(), colon), line.substring(colon));
      }
    }
    // A snapshot may find the thread on the stack of the pool's worker: then it is told by the
    // class.
    String common = failures.remove("losesByTheCommonPool()");
    assertThat(common == null ? failures.remove("AttributedLeaks$OneByOne") : common)
        .as(lines.toString())
        .contains(" leaves 1 thread behind, ", "\"lost by the common\"")
        .contains("started by  io.stranded.agent.AttributedLeaks$OneByOne.losesByTheCommonPool()");
    assertThat(failures).as(lines.toString()).containsOnlyKeys(LEAKS.keySet());
    LEAKS.forEach(
        (test, thread) ->
            assertThat(failures.get(test))
                .contains(" leaves ", "which can never run again", thread)
                .contains("created by  io.stranded.agent.AttributedLeaks")
                .doesNotContain("lost by nobody known"));
    assertThat(failures.get("loses()")).contains("\"lost uninherited\"");
    assertThat(String.join("\n", lines))
        .contains("somebody unknown leaves 2 threads behind, which can never run again")
        .contains("\"lost by nobody known\"", "AttributedLeaks$Losing.run(")
        .doesNotContain("-javaagent:stranded-agent.jar");
  }

  private static List<String> run(Jdk jdk) {
    List<String> command = new ArrayList<>(List.of("-javaagent:" + Target.AGENT));
    // Each executor once.
    boolean newest = jdk.feature() >= 21;
    command.add(AttributedLeaks.class.getName());
    command.add(newest ? "WORKER_THREAD_POOL" : "FORK_JOIN_POOL");
    List<String> lines = new ArrayList<>();
    try (ForkedJvm jvm = ForkedJvm.launch(jdk, command)) {
      jvm.awaitLine(AttributedLeaks.END);
      lines.addAll(jvm.output());
    }
    return lines;
  }
}
