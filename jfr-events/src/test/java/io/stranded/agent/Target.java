package io.stranded.agent;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A JVM that runs {@link WaitingProgram} or another program, with the agent as it is shipped. */
final class Target implements AutoCloseable {
  static final Path AGENT = Path.of("target", "stranded-agent.jar").toAbsolutePath();

  private final ForkedJvm jvm;

  private Target(ForkedJvm jvm) {
    this.jvm = jvm;
  }

  /** Starts the program without the agent. */
  static Target start(Jdk jdk, String... vmOptions) {
    return start(WaitingProgram.class, jdk, vmOptions);
  }

  /** Starts a program without the agent. */
  static Target start(Class<?> program, Jdk jdk, String... vmOptions) {
    List<String> command = new ArrayList<>(List.of(vmOptions));
    // Overrides the class path of the test, which has the agent's classes before they are shaded.
    command.addAll(List.of("-cp", Path.of("target", "test-classes").toAbsolutePath().toString()));
    // Silences the JVM's own word on attaching, which is not ours to avoid.
    command.addAll(List.of("-XX:+EnableDynamicAgentLoading", "-Xlog:jfr+startup=off"));
    command.add(program.getName());
    return new Target(ForkedJvm.start(jdk, command));
  }

  /** Starts the program with the agent and a recording. */
  static Target startWithAgent(Jdk jdk, String agentOptions, String... vmOptions) {
    return startWithAgent(WaitingProgram.class, jdk, agentOptions, vmOptions);
  }

  /** Starts a program with the agent and a recording. */
  static Target startWithAgent(
      Class<?> program, Jdk jdk, String agentOptions, String... vmOptions) {
    List<String> options = new ArrayList<>(List.of(vmOptions));
    options.add("-javaagent:" + AGENT + "=" + agentOptions);
    options.add("-XX:StartFlightRecording=name=first");
    return start(program, jdk, options.toArray(new String[0]));
  }

  /** Starts the program with the agent, and with the agent's classes on its own class path too. */
  static Target startBesideTheClasses(Jdk jdk, String agentOptions) {
    return new Target(
        ForkedJvm.start(
            jdk,
            List.of(
                "-XX:+EnableDynamicAgentLoading",
                "-Xlog:jfr+startup=off",
                "-XX:StartFlightRecording=name=first",
                "-javaagent:" + AGENT + "=" + agentOptions,
                WaitingProgram.class.getName())));
  }

  /** Starts a program that is a module, without the agent. */
  static Target startModule(Jdk jdk, Path modules, String main) {
    return new Target(
        ForkedJvm.start(
            jdk, List.of("-XX:+EnableDynamicAgentLoading", "-p", modules.toString(), "-m", main)));
  }

  ForkedJvm jvm() {
    return jvm;
  }

  /** Loads the agent by attach and returns what it says of itself. */
  String attach(String agentOptions) {
    return attach(AGENT, agentOptions);
  }

  /** Loads an agent of ours by attach and returns what it says of itself. */
  String attach(Path agent, String agentOptions) {
    return attached(machine -> machine.loadAgent(agent.toString(), agentOptions))
        .getProperty(StrandedAgent.STATUS_PROPERTY, "");
  }

  /** Has an agent of ours prepare a heap dump and returns what it says of that. */
  String prepare(Path agent) {
    String option = StrandedAgent.EXACT_ROOTS_OPTION;
    return attached(machine -> machine.loadAgent(agent.toString(), option))
        .getProperty(StrandedAgent.ROOTS_PROPERTY, "");
  }

  /** Loads another agent by attach. */
  void attachOther(Path agent) {
    attached(machine -> machine.loadAgent(agent.toString()));
  }

  /** Hands a finding over and returns what the agent says of that. */
  String handOver(Path file) {
    String option = StrandedAgent.LEAK_OPTION + file;
    return attached(machine -> machine.loadAgent(AGENT.toString(), option))
        .getProperty(StrandedAgent.LEAK_PROPERTY, "");
  }

  /** Lets the program do one of its commands and waits until it is done. */
  void command(String name) {
    jvm.send(name);
    jvm.awaitLine("DONE " + name);
  }

  /** Lets the program do one of its commands and returns what it says of that. */
  String ask(String command) {
    String done = "DONE " + command + ": ";
    jvm.send(command);
    return jvm.awaitLine(done).substring(done.length());
  }

  /** Follows the events of the agent, from the recording's repository and as they come. */
  EventLog follow() {
    return EventLog.follow(Path.of(attached(machine -> {}).getProperty("jdk.jfr.repository")));
  }

  /** What a recording of the program holds now, of the agent's events. */
  List<RecordedEvent> dump(String recording, Path directory) {
    Path file = directory.resolve(recording + "-" + System.nanoTime() + ".jfr");
    jvm.jcmd("JFR.dump", "name=" + recording, "filename=" + file);
    try {
      List<RecordedEvent> ours = new ArrayList<>();
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        if (event.getEventType().getName().startsWith("stranded.")) {
          ours.add(event);
        }
      }
      Files.delete(file);
      return ours;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    jvm.close();
  }

  /** Does something while attached and returns the program's system properties after it. */
  private Properties attached(Attached action) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(jvm.pid()));
      try {
        action.run(machine);
        return machine.getSystemProperties();
      } finally {
        machine.detach();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
      throw new AssertionError(e);
    }
  }

  private interface Attached {
    void run(VirtualMachine machine)
        throws IOException, AgentLoadException, AgentInitializationException;
  }
}
