package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The agent's entry point, for {@code -javaagent:stranded-agent.jar=OPTIONS} and for attach. It is
 * all that the application sees of the agent, with {@link AgentLoader}, which loads the rest.
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
   * failed: REASON}; {@code running OPTIONS, refused: REASON} where an agent goes on as before.
   */
  public static final String STATUS_PROPERTY = "stranded.agent.status";

  /** Between the options of a running agent and the reason why others were not taken. */
  static final String REFUSED = ", refused: ";

  /**
   * The one option that is no setting: prepares for a heap dump, and nothing else. The class data
   * of hidden classes is shown to it, and from Java 22 on objects that compiled code has
   * scalar-replaced are brought back to the heap.
   */
  public static final String EXACT_ROOTS_OPTION = "exactRoots";

  /**
   * System property that the option sets: {@code exact}; {@code native} where scalar-replaced
   * objects are left to the native agent; or {@code failed: REASON}.
   */
  public static final String ROOTS_PROPERTY = "stranded.agent.roots";

  /**
   * With the path of a file: hands a finding over, to be written into the recordings of this JVM as
   * {@code stranded.ThreadLeak}. To be given alone; {@code docs/events.md} describes the file.
   */
  public static final String LEAK_OPTION = "leak=";

  /** System property that the option sets: {@code written}, or {@code failed: REASON}. */
  public static final String LEAK_PROPERTY = "stranded.agent.leak";

  /**
   * With a word, a number of connections and the path of a socket, with commas in between: answers
   * for the MBean server of this JVM there, to a tool that has attached from another network
   * namespace. To be given alone.
   */
  public static final String BEANS_OPTION = "beans=";

  /** System property that the option sets: {@code listening}, or {@code failed: REASON}. */
  public static final String BEANS_PROPERTY = "stranded.agent.beans";

  /**
   * Up to Java 18 Flight Recorder makes a class for each class of events, and keeps it for ever.
   */
  private static final boolean ONE_FOR_EVER = Runtime.version().feature() < 19;

  private static @Nullable AgentLoader needed;

  @SuppressWarnings("UnusedVariable") // only there to hold it
  private static @Nullable AgentLoader kept;

  private static WeakReference<AgentLoader> last = new WeakReference<>(null);

  private StrandedAgent() {}

  /** Called by the JVM before {@code main}. */
  public static void premain(@Nullable String options, Instrumentation instrumentation) {
    run(options == null ? "" : options, instrumentation);
  }

  /** Called by the JVM when a tool has attached and loads the agent. */
  public static void agentmain(@Nullable String options, Instrumentation instrumentation) {
    run(options == null ? "" : options, instrumentation);
    control(instrumentation);
  }

  private static synchronized void control(Instrumentation instrumentation) {
    try {
      if (needed == null) {
        AgentControl.hide();
      } else {
        AgentControl.show(instrumentation);
      }
    } catch (Throwable e) {
      // A JVM without management, or one that does not let us: it is loaded again then.
    }
  }

  private static synchronized void run(String options, Instrumentation instrumentation) {
    try {
      AgentLoader loader = needed;
      if (loader == null) {
        loader = AgentLoader.get(last.get());
        last = new WeakReference<>(loader);
        kept = ONE_FOR_EVER ? loader : null;
      }
      needed = loader.run(options, instrumentation) ? loader : null;
    } catch (Throwable e) {
      trouble(options, e);
    }
  }

  /** The outcome of an earlier try must not be taken for that of this one. */
  private static void trouble(String options, Throwable e) {
    try {
      System.err.println("stranded: agent not loaded: " + e);
      System.setProperty(outcome(options), "failed: " + e);
    } catch (Throwable ignored) {
      // Nothing is left to tell it with, and the application must go on.
    }
  }

  private static String outcome(String options) {
    if (options.equals(EXACT_ROOTS_OPTION)) {
      return ROOTS_PROPERTY;
    }
    if (options.startsWith(BEANS_OPTION)) {
      return BEANS_PROPERTY;
    }
    return options.startsWith(LEAK_OPTION) ? LEAK_PROPERTY : STATUS_PROPERTY;
  }
}
