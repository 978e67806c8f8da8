package io.stranded.source;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.finding.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.FlightRecorderMXBean;

/**
 * A running JVM of this machine, attached to and connected with over its local JMX connector. Safe
 * for use by several threads.
 */
public final class TargetJvm implements AutoCloseable {
  private static final String STATUS_PROPERTY = "stranded.agent.status";
  private static final long EXIT_PATIENCE_SECONDS = 3;

  private final long pid;
  private final ProcessHandle process;
  private final JMXConnector connector;
  private final Target identity;
  private final RuntimeMXBean runtime;
  private final ThreadMXBean threads;
  private final FlightRecorderMXBean recorder;
  private final HotSpotDiagnosticMXBean diagnostics;

  private TargetJvm(long pid, ProcessHandle process, JMXConnector connector) throws IOException {
    this.pid = pid;
    this.process = process;
    this.connector = connector;
    MBeanServerConnection beans = connector.getMBeanServerConnection();
    this.runtime = proxy(beans, ManagementFactory.RUNTIME_MXBEAN_NAME, RuntimeMXBean.class);
    this.threads = proxy(beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    this.recorder =
        proxy(beans, "jdk.management.jfr:type=FlightRecorder", FlightRecorderMXBean.class);
    this.diagnostics =
        proxy(beans, "com.sun.management:type=HotSpotDiagnostic", HotSpotDiagnosticMXBean.class);
    this.identity = identify();
  }

  /**
   * Attaches to a process.
   *
   * @throws TargetLostException if there is no such process, or it is no JVM that lets us
   */
  // The address comes from a process of this machine that lets us attach, and is loopback's.
  @SuppressWarnings("BanJNDI")
  public static TargetJvm attach(long pid) throws IOException {
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(
                () -> new TargetLostException("cannot attach to " + pid + ": no such process"));
    String address;
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        address = machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
      return new TargetJvm(pid, process, JMXConnectorFactory.connect(new JMXServiceURL(address)));
    } catch (AttachNotSupportedException | IOException e) {
      throw new TargetLostException("cannot attach to " + pid + ": " + reason(e), e);
    }
  }

  /** Its process id. */
  public long pid() {
    return pid;
  }

  /** What it is called in reports. */
  public Target identity() {
    return identity;
  }

  /**
   * Makes sure that the target is there and answers.
   *
   * @throws TargetLostException if it does not
   */
  public void check() throws TargetLostException {
    try {
      runtime.getUptime();
    } catch (RuntimeException e) {
      throw lost(e);
    }
  }

  /** Whether its process is over. */
  public boolean hasEnded() {
    return !process.isAlive();
  }

  /** The error for a target that does not answer any more: it has ended, or cut us off. */
  public TargetLostException lost(Exception e) {
    try {
      process.onExit().get(EXIT_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException stillThere) {
      return new TargetLostException("target " + pid + " does not answer: " + reason(e), e);
    }
    return new TargetLostException("target " + pid + " has ended", e);
  }

  /** Its threads, as JMX sees them. */
  public ThreadMXBean threads() {
    return threads;
  }

  /** Its flight recorder. */
  public FlightRecorderMXBean recorder() {
    return recorder;
  }

  /** A system property, or an empty string. */
  public String property(String name) {
    Map<String, String> properties = runtime.getSystemProperties();
    return properties.getOrDefault(name, "");
  }

  /**
   * Whether the agent is at work there, whoever loaded it.
   *
   * @see #loadAgent
   */
  public boolean hasAgent() {
    return property(STATUS_PROPERTY).startsWith("running");
  }

  /**
   * Loads the agent, or gives a running one other options.
   *
   * @param options as the agent documents them
   * @throws TargetLostException if the target does not let us, or has ended
   */
  public void loadAgent(Path jar, String options) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        machine.loadAgent(jar.toString(), options);
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException
        | AgentLoadException
        | AgentInitializationException
        | IOException e) {
      throw new TargetLostException("cannot load the agent into " + pid + ": " + reason(e), e);
    }
  }

  /**
   * Writes a heap dump of everything, without a GC; the target stands still meanwhile.
   *
   * @param file must end in {@code .hprof} and not exist
   * @throws IOException if the target cannot write it; one line
   */
  public void dumpHeap(Path file) throws IOException {
    try {
      diagnostics.dumpHeap(file.toString(), /* live= */ false);
    } catch (IOException e) {
      check();
      throw new IOException("heap dump to " + file + " failed: " + reason(e), e);
    }
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // The other end is gone, and the connection with it.
    }
  }

  private Target identify() {
    String command = runtime.getSystemProperties().getOrDefault("sun.java.command", "");
    int space = command.indexOf(' ');
    String main = space < 0 ? command : command.substring(0, space);
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    ServiceNames names = ServiceNames.of(runtime.getSystemProperties(), environment());
    return new Target(
        names.name().orElse(main.isEmpty() ? "java" : main.substring(main.lastIndexOf('/') + 1)),
        host + "/" + pid + "/" + runtime.getStartTime(),
        host,
        pid,
        property("java.runtime.version"),
        names.version());
  }

  /** Its environment, where the system shows it to us. */
  private Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
      String block = new String(bytes, StandardCharsets.UTF_8);
      for (String variable : block.split("\0", -1)) {
        int equals = variable.indexOf('=');
        if (equals > 0) {
          variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      // No Linux, or not ours to read: then the system properties have to tell.
    }
    return variables;
  }

  private static <T> T proxy(MBeanServerConnection beans, String name, Class<T> type)
      throws IOException {
    return ManagementFactory.newPlatformMXBeanProxy(beans, name, type);
  }

  private static String reason(Exception e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    if (message.contains("Dynamic agent loading is not enabled")) {
      return "it runs with -XX:-EnableDynamicAgentLoading; start it with -javaagent instead";
    }
    if (message.contains("does not support the attach mechanism")) {
      return "it runs with -XX:+DisableAttachMechanism";
    }
    return message;
  }
}
