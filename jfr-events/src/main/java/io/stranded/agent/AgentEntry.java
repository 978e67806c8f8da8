package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What {@link StrandedAgent} calls, each time that the agent is loaded: answers the options and
 * leaves the outcome in a system property.
 */
public final class AgentEntry implements BiPredicate<String, Object> {
  /** One class of each module that is needed. */
  private static final List<String> NEEDED =
      List.of(
          "java.lang.instrument.Instrumentation",
          "java.lang.management.ManagementFactory",
          "jdk.jfr.Event");

  /** Called by {@link AgentLoader}. */
  public AgentEntry() {}

  /** Does what the options ask for; false if nothing of it is left. */
  @Override
  public boolean test(String options, Object given) {
    readWhatIsThere();
    // Not as a parameter: the cast would come before we may.
    Instrumentation instrumentation = (Instrumentation) given;
    if (options.equals(StrandedAgent.EXACT_ROOTS_OPTION)) {
      exactRoots(instrumentation);
    } else if (options.startsWith(StrandedAgent.LEAK_OPTION)) {
      leak(options.substring(StrandedAgent.LEAK_OPTION.length()));
    } else if (options.startsWith(StrandedAgent.BEANS_OPTION)) {
      beans(options.substring(StrandedAgent.BEANS_OPTION.length()));
    } else {
      load(options, instrumentation);
    }
    return Agent.isRunning() || HiddenClassData.isShown();
  }

  /**
   * Gives our module what it needs of the JDK. In an application that is a module itself the JVM
   * may have loaded these long after the start, in a layer that no module below can require.
   */
  private static void readWhatIsThere() {
    for (String needed : NEEDED) {
      try {
        Class<?> type =
            Class.forName(needed, /* initialize= */ false, ClassLoader.getPlatformClassLoader());
        AgentEntry.class.getModule().addReads(type.getModule());
      } catch (ClassNotFoundException e) {
        // Whoever needs it will say so.
      }
    }
  }

  private static void exactRoots(Instrumentation instrumentation) {
    String outcome;
    try {
      MethodHandles.Lookup full = FullLookup.take(instrumentation);
      HiddenClassData.show(instrumentation, full);
      outcome = ExactRoots.materialize(full) ? "exact" : "native";
    } catch (Throwable e) {
      outcome = "failed: " + e;
    }
    System.setProperty(StrandedAgent.ROOTS_PROPERTY, outcome);
  }

  private static void leak(String file) {
    String outcome;
    try {
      Agent.report(LeakFile.read(Path.of(file)));
      outcome = "written";
    } catch (Throwable e) {
      outcome = "failed: " + reason(e);
    }
    System.setProperty(StrandedAgent.LEAK_PROPERTY, outcome);
  }

  private static void beans(String socket) {
    String outcome;
    try {
      BeanRelay.open(socket);
      outcome = "listening";
    } catch (Throwable e) {
      outcome = "failed: " + reason(e);
    }
    System.setProperty(StrandedAgent.BEANS_PROPERTY, outcome);
  }

  private static void load(String options, Instrumentation instrumentation) {
    String status;
    try {
      status = Agent.load(options, instrumentation);
    } catch (Throwable e) {
      String running = Agent.status();
      Agent.complain((running == null ? "agent not loaded: " : "options refused: ") + reason(e));
      status =
          running == null ? "failed: " + reason(e) : running + StrandedAgent.REFUSED + reason(e);
    }
    System.setProperty(StrandedAgent.STATUS_PROPERTY, status);
  }

  private static String reason(Throwable e) {
    String message = e.getMessage();
    return e instanceof IllegalArgumentException && message != null ? message : e.toString();
  }
}
