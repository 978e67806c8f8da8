package io.stranded.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.prying.PryingProgram;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an application can reach by way of the agent: nothing that it could not without. */
@Execution(ExecutionMode.CONCURRENT)
class AgentIsolationIT {
  private static final String SOON = "threshold=200ms,period=50ms";

  static List<Jdk> targets() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void insidesOfTheJdkStayClosedToTheApplication(Jdk jdk) {
    try (Target target = Target.startWithAgent(PryingProgram.class, jdk, SOON)) {
      assertClosed(target);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void insidesOfTheJdkStayClosedWhereTheAgentWasAttached(Jdk jdk) {
    try (Target target = Target.start(PryingProgram.class, jdk)) {
      target.attach(StrandedAgent.EXACT_ROOTS_OPTION);
      assertClosed(target);
      target.attach(SOON);
      target.attach(StrandedAgent.EXACT_ROOTS_OPTION);
      assertClosed(target);
      target.attach("disable");
      assertClosed(target);
    }
  }

  /** The JVM loads the modules that the agent needs when it is attached, beside the boot layer. */
  @ParameterizedTest
  @MethodSource("targets")
  void agentWorksInAnApplicationThatIsAModuleAndRequiresNothing(Jdk jdk, @TempDir Path directory)
      throws IOException {
    Path modules = PryingModule.make(directory);
    try (Target target = Target.startModule(jdk, modules, PryingModule.MAIN)) {
      assertThat(target.attach(SOON)).startsWith("running");
      assertThat(target.prepare(Target.AGENT)).isIn("exact", "native");
      assertClosed(target);
      assertThat(target.attach("disable")).isEqualTo("disabled");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void classesOfTheAgentAreNotTheApplications(Jdk jdk) {
    try (Target target = Target.startWithAgent(PryingProgram.class, jdk, SOON)) {
      assertThat(target.ask("load io.stranded.agent.Reporter")).isEqualTo("ClassNotFoundException");
      assertThat(target.ask("load io.stranded.events.ThreadPark"))
          .isEqualTo("ClassNotFoundException");
      assertThat(target.ask("load io.stranded.agent.asm.ClassReader"))
          .isEqualTo("ClassNotFoundException");
      assertThat(target.ask("load io.stranded.agent.StrandedAgent"))
          .isEqualTo("io.stranded.agent.StrandedAgent");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void agentCannotBeUsedByWhoeverGetsAtItsLoader(Jdk jdk) {
    try (Target target = Target.startWithAgent(PryingProgram.class, jdk, SOON)) {
      assertThat(target.ask("hidden io.stranded.agent.FullLookup"))
          .isEqualTo("InaccessibleObjectException");
      assertThat(target.ask("hidden io.stranded.events.ThreadPark"))
          .isEqualTo("InaccessibleObjectException");
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void hooksAreAllThatIsPublicBesideLockSupport(Jdk jdk) {
    try (Target target = Target.startWithAgent(PryingProgram.class, jdk, SOON)) {
      assertThat(target.ask("hooks all"))
          .isEqualTo("exit park resume start timedPark waited waiting");
    }
  }

  private static void assertClosed(Target target) {
    assertThat(target.ask("field IMPL_LOOKUP")).isEqualTo("InaccessibleObjectException");
    assertThat(target.ask("field exclusiveOwnerThread")).isEqualTo("InaccessibleObjectException");
  }
}
