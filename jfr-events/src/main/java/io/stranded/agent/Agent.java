package io.stranded.agent;

import io.stranded.events.Leak;
import io.stranded.events.ThreadLeak;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** The one agent of this JVM: put together, reconfigured and taken apart. */
final class Agent {
  private static final String RUNNING = "running ";

  private static @Nullable Agent running;

  private final HookClass hooks;
  private final Reporter reporter;
  private final Recordings recordings;
  private final HookWeaver weaver;
  private AgentOptions options;

  private Agent(AgentOptions options, Instrumentation instrumentation)
      throws ReflectiveOperationException {
    this.options = options;
    // First: what follows looks into the JDK by it.
    MethodHandles.Lookup full = FullLookup.take(instrumentation);
    SlotTable slots = new SlotTable();
    CreationSites sites = new CreationSites();
    WaitClock clock = new WaitClock();
    hooks = HookClass.define(full);
    weaver = new HookWeaver(instrumentation, full);
    reporter = new Reporter(slots, sites, clock, hooks, weaver, options);
    recordings = new Recordings(reporter.repeats());
    boolean done = false;
    try {
      // Events before hooks: a hook must not be what first loads an event class. The reporter
      // before hooks: it is none of the application's threads.
      recordings.register();
      reporter.start();
      hooks.connect(new ThreadHooks(slots, sites, clock));
      weaver.install();
      done = true;
    } finally {
      if (!done) {
        stop();
      }
    }
  }

  /**
   * Does what the options ask for, on top of what is running.
   *
   * @return a word on the outcome, for {@link StrandedAgent#STATUS_PROPERTY}
   */
  static synchronized String load(String text, Instrumentation instrumentation)
      throws ReflectiveOperationException {
    AgentOptions base =
        running != null
            ? running.options
            : AgentOptions.parse(
                System.getProperty(StrandedAgent.OPTIONS_PROPERTY, ""), AgentOptions.DEFAULTS);
    AgentOptions options = AgentOptions.parse(text, base);
    if (options.disable()) {
      HiddenClassData.hide();
      if (running != null) {
        running.stop();
        running = null;
      }
      return "disabled";
    }
    if (running != null) {
      running.options = options;
      running.reporter.reconfigure(options);
    } else if (FlightRecorder.isAvailable()) {
      running = new Agent(options, instrumentation);
    } else {
      throw new IllegalStateException("this JVM has no Flight Recorder");
    }
    return RUNNING + options;
  }

  /** A word on the agent that is running, as {@link #load} gives it; null if none is. */
  static synchronized @Nullable String status() {
    return running == null ? null : RUNNING + running.options;
  }

  /** Whether there is anything to take apart. */
  static synchronized boolean isRunning() {
    return running != null;
  }

  /** Writes a finding into the recordings that want it. */
  static synchronized void report(Leak leak) {
    if (running == null) {
      throw new IllegalArgumentException("the agent is not running");
    }
    if (!ThreadLeak.wanted()) {
      throw new IllegalArgumentException("no recording wants stranded.ThreadLeak");
    }
    ThreadLeak.emit(leak);
  }

  /** Prints the one line that the agent allows itself when something is wrong. */
  static void complain(String message) {
    System.err.println("stranded: " + message);
  }

  private void stop() {
    weaver.uninstall();
    hooks.disconnect();
    reporter.stop();
    recordings.unregister();
  }
}
