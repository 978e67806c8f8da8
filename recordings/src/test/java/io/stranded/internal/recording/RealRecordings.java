package io.stranded.internal.recording;

import io.stranded.finding.Finding;
import io.stranded.finding.FoundThread;
import io.stranded.finding.LeakProfile;
import io.stranded.internal.recording.programs.Leaks;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes recordings of {@link Leaks}, and shortens what was found in them. */
final class RealRecordings {
  private RealRecordings() {}

  /** The agent as it is shipped; packed before this module's tests run. */
  static final Path AGENT =
      Path.of("..", "jfr-events", "target", "stranded-agent.jar").toAbsolutePath().normalize();

  /** Starts the program under a recording, ready. */
  static ForkedJvm start(Jdk jdk, Path repository, String... arguments) {
    return start(jdk, repository, List.of(), arguments);
  }

  /** Starts the program under a recording and the real agent, which reports waits soon. */
  static ForkedJvm startWithAgent(Jdk jdk, Path repository, String... arguments) {
    List<String> options =
        List.of(
            "-javaagent:" + AGENT + "=threshold=100ms,period=20ms",
            // Not the class path of the test: it has the agent's classes before they are shaded.
            "-cp",
            Path.of("target", "test-classes").toAbsolutePath().toString());
    return start(jdk, repository, options, arguments);
  }

  private static ForkedJvm start(
      Jdk jdk, Path repository, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>(options);
    command.addAll(
        List.of(
            "-XX:FlightRecorderOptions:repository=" + repository,
            "-XX:StartFlightRecording",
            Leaks.class.getName()));
    command.addAll(List.of(arguments));
    return ForkedJvm.start(jdk, command);
  }

  /** Copies all recorded so far; the recording goes on in another chunk. */
  static Path dump(ForkedJvm jvm, Path file) {
    jvm.jcmd("JFR.dump", "filename=" + file.toAbsolutePath());
    return file;
  }

  /** Lets the waits end that can. */
  static void release(ForkedJvm jvm) {
    jvm.send("release");
    jvm.awaitLine("RELEASED");
  }

  /** Cause by thread name, of every thread in a finding; virtual threads are nameless. */
  static Map<String, String> causes(LeakProfile profile) {
    Map<String, String> causes = new TreeMap<>();
    for (Finding finding : profile.findings()) {
      for (FoundThread thread : finding.threads()) {
        causes.put(thread.virtual() ? "virtual" : thread.name(), finding.cause().name());
      }
    }
    return causes;
  }
}
