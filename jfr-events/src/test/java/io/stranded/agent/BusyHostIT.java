package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Jdk;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** That an application which is hard at work goes on, whatever becomes of the agent. */
class BusyHostIT {
  private static final String SOON = "threshold=20ms,period=10ms";
  private static final int TIMES = 5_000;

  static Stream<Arguments> targets() {
    return Jdk.targets().stream()
        .flatMap(
            jdk ->
                Stream.of(
                    Arguments.of(jdk, List.of()),
                    // One carrier, so that a virtual thread that blocked it would stop all.
                    Arguments.of(
                        jdk,
                        List.of(
                            "-XX:+UseZGC",
                            "-Djdk.virtualThreadScheduler.parallelism=1",
                            "-Djdk.virtualThreadScheduler.maxPoolSize=1"))));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void agentComesAndGoesUnderLoad(Jdk jdk, List<String> vmOptions) {
    try (Target target = start(jdk, vmOptions)) {
      target.jvm().send("work " + TIMES);
      for (int i = 0; i < 5; i++) {
        assertThat(target.attach("disable")).isEqualTo("disabled");
        assertThat(target.attach(SOON)).startsWith("running");
      }
      target.jvm().awaitLine("DONE work " + TIMES);
      target.command("work 1000");

      assertThat(target.jvm().output())
          .containsExactly("READY", "DONE work " + TIMES, "DONE work 1000");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void failureInEveryHookCostsALine(Jdk jdk, List<String> vmOptions) {
    try (Target target = start(jdk, vmOptions)) {
      target.command("break 0");
      target.command("work 1000");
      target.attach("disable");

      assertThat(target.jvm().output())
          .containsExactlyInAnyOrder(
              "READY",
              "DONE break 0",
              "stranded: a hook failed, the application goes on:"
                  + " java.lang.IllegalStateException: broken",
              "DONE work 1000");
    }
  }

  private static Target start(Jdk jdk, List<String> vmOptions) {
    List<String> options = new ArrayList<>(vmOptions);
    // The agent opens it to itself alone; the program breaks the hooks.
    options.add("--add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED");
    return Target.startWithAgent(BusyProgram.class, jdk, SOON, options.toArray(new String[0]));
  }
}
