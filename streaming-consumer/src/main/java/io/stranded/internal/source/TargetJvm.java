package io.stranded.internal.source;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.finding.FailureLine;
import io.stranded.finding.Target;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IllegalFormatException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.FlightRecorderMXBean;

/**
 * A running JVM: one of this machine, attached to and connected with over its local JMX connector;
 * one that listens for JMX; or our own. Safe for use by several threads.
 */
public final class TargetJvm implements AutoCloseable {
  /** How we got at it. */
  private enum Access {
    ATTACHED,
    REMOTE,
    SELF
  }

  private static final String STATUS_PROPERTY = "stranded.agent.status";
  private static final String EXACT_ROOTS_OPTION = "exactRoots";
  private static final String ROOTS_PROPERTY = "stranded.agent.roots";
  private static final String DIAGNOSTICS = "com.sun.management:type=HotSpotDiagnostic";
  private static final long EXIT_PATIENCE_SECONDS = 3;

  private final Access access;
  private final String name;
  private final long pid;
  private final Closeable connector;
  private final TargetFiles files;
  private final MBeanServerConnection beans;
  private final Target identity;
  private final RuntimeMXBean runtime;
  private final ThreadMXBean threads;
  private final FlightRecorderMXBean recorder;
  private final HotSpotDiagnosticMXBean diagnostics;
  private final MemoryMXBean memory;
  private final OperatingSystemMXBean system;

  private TargetJvm(
      Access access,
      String name,
      TargetFiles files,
      MBeanServerConnection beans,
      Closeable connector)
      throws IOException {
    this.access = access;
    this.name = name;
    this.files = files;
    this.beans = beans;
    this.connector = connector;
    this.runtime = proxy(beans, ManagementFactory.RUNTIME_MXBEAN_NAME, RuntimeMXBean.class);
    this.threads = proxy(beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    this.recorder =
        proxy(beans, "jdk.management.jfr:type=FlightRecorder", FlightRecorderMXBean.class);
    this.diagnostics = proxy(beans, DIAGNOSTICS, HotSpotDiagnosticMXBean.class);
    this.memory = proxy(beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    this.system =
        proxy(beans, ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME, OperatingSystemMXBean.class);
    this.pid = access == Access.ATTACHED ? Long.parseLong(name) : runtime.getPid();
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
    AttachCheck.check(pid);
    TargetFiles files = TargetFiles.of(pid);
    String name = Long.toString(pid);
    try {
      VirtualMachine machine = FirstAttach.to(pid);
      try {
        if (!Namespace.NETWORK.isSharedAsFarAsKnown(pid)) {
          RelayedBeans relayed = RelayedBeans.open(machine, files);
          return over(relayed, relayed::connection, Access.ATTACHED, name, files);
        }
        JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
        JMXConnector connector = JMXConnectorFactory.connect(address);
        return over(connector, connector::getMBeanServerConnection, Access.ATTACHED, name, files);
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | IOException e) {
      throw AttachFailure.of(pid, e);
    } catch (RuntimeException e) {
      throw AttachFailure.of(pid, rootOf(e));
    }
  }

  /**
   * Connects to a JVM that listens for JMX.
   *
   * @throws TargetLostException if it does not answer, or does not let us in
   */
  public static TargetJvm connect(JmxAddress address) throws IOException {
    JMXConnector connector;
    try {
      connector = address.connect();
    } catch (IOException e) {
      throw new TargetLostException(
          "cannot connect to " + address.url() + ": " + FailureLine.of(e), e);
    }
    try {
      return over(
          connector,
          connector::getMBeanServerConnection,
          Access.REMOTE,
          address.url(),
          TargetFiles.shared());
    } catch (IOException | RuntimeException e) {
      throw new TargetLostException(
          "cannot connect to " + address.url() + ": " + FailureLine.of(rootOf(e)), e);
    }
  }

  /** What is asked of a connector. */
  @FunctionalInterface
  private interface Beans {
    MBeanServerConnection get() throws IOException;
  }

  /** Closes the connector where the other end turns out to be none that can be watched. */
  private static TargetJvm over(
      Closeable connector, Beans beans, Access access, String name, TargetFiles files)
      throws IOException {
    try {
      return new TargetJvm(access, name, files, beans.get(), connector);
    } catch (IOException | RuntimeException e) {
      try {
        connector.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** The JVM that we run in. */
  public static TargetJvm self() throws IOException {
    return new TargetJvm(
        Access.SELF,
        "this JVM",
        TargetFiles.shared(),
        ManagementFactory.getPlatformMBeanServer(),
        () -> {});
  }

  /** Its process id, on the machine where it runs. */
  public long pid() {
    return pid;
  }

  /** What the user calls it: a process id or an address. */
  public String name() {
    return name;
  }

  /** What it is, for the log. */
  public String description() {
    return identity.serviceName() + " (pid " + pid + ", Java " + identity.javaVersion() + ")";
  }

  /** Its files, as far as we see them. */
  public TargetFiles files() {
    return files;
  }

  /** Whether it is a process of this machine and lets us attach, so that agents can be loaded. */
  public boolean isAttached() {
    return access == Access.ATTACHED;
  }

  /** Whether its flight recording can be read from its repository. */
  boolean hasRepositoryHere() {
    return access == Access.ATTACHED;
  }

  /** Whether it is the JVM that we run in. */
  boolean isSelf() {
    return access == Access.SELF;
  }

  MBeanServerConnection beans() {
    return beans;
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

  /** The error for a target that does not answer any more: it has ended, or cut us off. */
  public TargetLostException lost(Exception e) {
    if (access == Access.REMOTE) {
      return new TargetLostException(
          "connection to " + name + " lost: " + FailureLine.of(rootOf(e)), e);
    }
    return access == Access.ATTACHED && awaitEnd(pid)
        ? new TargetLostException("target " + pid + " has ended", e)
        : new TargetLostException(
            "target " + pid + " does not answer: " + FailureLine.of(rootOf(e)), e);
  }

  /** Whether it runs on this machine, as of now. */
  public boolean isRunning() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /** Waits some seconds for the end of a process that may be about to end; whether it has. */
  public static boolean awaitEnd(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return true;
    }
    try {
      process.get().onExit().get(EXIT_PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException stillThere) {
      return false;
    }
  }

  /** Its threads, as JMX sees them. */
  public ThreadMXBean threads() {
    return threads;
  }

  /** Its flight recorder. */
  public FlightRecorderMXBean recorder() {
    return recorder;
  }

  /** Bytes of its heap that are in use, garbage included. */
  public long heapInUse() {
    return memory.getHeapMemoryUsage().getUsed();
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
   * Gives the agent other options, if one runs there that can be told so.
   *
   * @return false if it must be loaded for that
   * @see #loadAgent
   */
  public boolean tellAgent(String options) throws TargetLostException {
    try {
      beans.invoke(
          new ObjectName("io.stranded:type=Agent"),
          "configure",
          new Object[] {options},
          new String[] {String.class.getName()});
      return true;
    } catch (IOException e) {
      throw lost(e);
    } catch (JMException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Loads the agent, or gives a running one other options. From Java 21 on the target prints a
   * warning each time, unless it was told not to.
   *
   * @param options as the agent documents them
   * @throws TargetLostException if the target does not let us, or has ended
   */
  public void loadAgent(Path jar, String options) throws IOException {
    load(machine -> machine.loadAgent(jar.toString(), options));
  }

  /**
   * Has the agent, which need not run, prepare a heap dump with exact roots.
   *
   * @return {@code exact}; {@code native} if the native agent must do the rest; or why it could not
   * @throws TargetLostException if the target does not let us, or has ended
   */
  public String prepareExactRoots(Path jar) throws IOException {
    loadAgent(jar, EXACT_ROOTS_OPTION);
    return property(ROOTS_PROPERTY);
  }

  /**
   * Loads a native agent and waits until it has done its work.
   *
   * @throws TargetLostException if it fails, the target does not let us, or has ended
   */
  public void loadNativeAgent(Path library) throws IOException {
    load(machine -> machine.loadAgentPath(library.toString()));
  }

  /**
   * The same with options for it.
   *
   * @param library as the target knows it
   */
  public void loadNativeAgent(Path library, String options) throws IOException {
    load(machine -> machine.loadAgentPath(library.toString(), options));
  }

  /** Something to do while attached. */
  @FunctionalInterface
  private interface Loading {
    void into(VirtualMachine machine)
        throws AgentLoadException, AgentInitializationException, IOException;
  }

  private void load(Loading loading) throws TargetLostException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        loading.into(machine);
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException
        | AgentLoadException
        | AgentInitializationException
        | IOException e) {
      throw new TargetLostException(
          "cannot load the agent into " + pid + ": " + AttachFailure.reason(pid, e), e);
    }
  }

  /**
   * Writes a heap dump; the target stands still meanwhile.
   *
   * @param file as the target knows it; must end in {@code .hprof} and not exist
   * @param afterCollection whether garbage is collected first, and not dumped
   * @throws IOException if the target cannot write it; one line
   */
  public void dumpHeap(Path file, boolean afterCollection) throws IOException {
    try {
      if (isAttached()) {
        HeapDumpOrder.carryOut(
            pid, file.toString(), afterCollection, system.getAvailableProcessors());
      } else {
        diagnostics.dumpHeap(file.toString(), afterCollection);
      }
    } catch (IOException e) {
      check();
      throw new IOException("heap dump to " + file + " failed: " + FailureLine.of(e), e);
    }
  }

  /** Its feature release, such as 17. */
  public int feature() {
    return Runtime.Version.parse(property("java.version")).feature();
  }

  /** Writes all threads, with the virtual ones that the JVM knows of, as JSON; from JDK 21 on. */
  void dumpThreads(Path file) throws IOException {
    String text = String.class.getName();
    try {
      beans.invoke(
          new ObjectName(DIAGNOSTICS),
          "dumpThreads",
          new Object[] {file.toString(), "JSON"},
          new String[] {text, text});
    } catch (IOException e) {
      throw lost(e);
    } catch (JMException | RuntimeException e) {
      String why =
          rootOf(e) instanceof IllegalFormatException
              ? "its Java cannot write the name of a thread that has a control character"
              : FailureLine.of(rootOf(e));
      throw new IOException("thread dump to " + file + " failed: " + why, e);
    }
  }

  /**
   * All platform threads as {@code jcmd Thread.print} prints them. The target stands still
   * meanwhile.
   *
   * @throws IOException if the target does not print them
   */
  String printThreads() throws IOException {
    try {
      return String.valueOf(
          beans.invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "threadPrint",
              new Object[] {new String[0]},
              new String[] {String[].class.getName()}));
    } catch (JMException | RuntimeException e) {
      throw new IOException("threads are not printed: " + FailureLine.of(rootOf(e)), e);
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
    String host = host();
    ServiceNames names =
        ServiceNames.of(runtime.getSystemProperties(), environment()).orOf(command);
    return new Target(
        names.name().orElseThrow(),
        host + "/" + pid + "/" + runtime.getStartTime(),
        host,
        pid,
        property("java.runtime.version"),
        names.version());
  }

  /** Its environment, where the system shows it to us. */
  private Map<String, String> environment() {
    if (access != Access.ATTACHED) {
      return access == Access.SELF ? System.getenv() : Map.of();
    }
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

  /** A container has a name of its own, which the JVM itself tells as part of its name. */
  private String host() {
    String told = runtime.getName();
    int at = told.indexOf('@');
    if (at >= 0 && (access == Access.REMOTE || !files.isShared())) {
      return told.substring(at + 1);
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static Exception rootOf(Exception e) {
    Exception root = e;
    while (root.getCause() instanceof Exception cause) {
      root = cause;
    }
    return root;
  }

  private static <T> T proxy(MBeanServerConnection beans, String name, Class<T> type)
      throws IOException {
    return ManagementFactory.newPlatformMXBeanProxy(beans, name, type);
  }
}
