package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * The agent's entry point, for {@code -javaagent:stranded-agent.jar=OPTIONS} and for attach.
 *
 * <p>The host application is never harmed: whatever goes wrong becomes one line on standard error
 * that begins with {@code stranded: }, and the application goes on without the agent. The system
 * property {@value #STATUS_PROPERTY} tells how it went, so that a tool which attached can ask.
 *
 * <p>Options are {@code key=value} pairs separated by commas; {@code docs/events.md} lists them.
 * The same string in the system property {@value #OPTIONS_PROPERTY} is read first. Loading the
 * agent again changes the options that are given and reports the open waits anew.
 */
public final class StrandedAgent {
  /** System property with options, read before those of the command line. */
  public static final String OPTIONS_PROPERTY = "stranded.agent";

  /**
   * System property that the agent sets: {@code running OPTIONS}, {@code disabled}, or {@code
   * failed: REASON}.
   */
  public static final String STATUS_PROPERTY = "stranded.agent.status";

  /**
   * The one option that is no setting: prepares for a heap dump, and nothing else. Objects that
   * compiled code has scalar-replaced are brought back to the heap; takes Java 22.
   */
  public static final String EXACT_ROOTS_OPTION = "exactRoots";

  /** System property that the option sets: {@code exact}, or {@code failed: REASON}. */
  public static final String ROOTS_PROPERTY = "stranded.agent.roots";

  private StrandedAgent() {}

  /** Called by the JVM before {@code main}. */
  public static void premain(@Nullable String options, Instrumentation instrumentation) {
    load(options, instrumentation);
  }

  /** Called by the JVM when a tool has attached and loads the agent. */
  public static void agentmain(@Nullable String options, Instrumentation instrumentation) {
    if (EXACT_ROOTS_OPTION.equals(options)) {
      exactRoots(instrumentation);
    } else {
      load(options, instrumentation);
    }
  }

  private static void exactRoots(Instrumentation instrumentation) {
    String outcome;
    try {
      ExactRoots.materialize(instrumentation);
      outcome = "exact";
    } catch (Throwable e) {
      outcome = "failed: " + e;
    }
    System.setProperty(ROOTS_PROPERTY, outcome);
  }

  private static void load(@Nullable String options, Instrumentation instrumentation) {
    try {
      setStatus(Agent.load(options == null ? "" : options, instrumentation));
    } catch (Throwable e) {
      trouble(e);
    }
  }

  private static void setStatus(String status) {
    System.setProperty(STATUS_PROPERTY, status);
  }

  private static void trouble(Throwable e) {
    try {
      String reason = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
      Agent.complain("agent not loaded: " + reason);
      setStatus("failed: " + reason);
    } catch (Throwable ignored) {
      // Nothing is left to tell it with, and the application must go on.
    }
  }
}
