package io.stranded.jmc;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes recordings of the programs that the recordings' own tests record. */
final class Recordings {
  private static final Path AGENT =
      Path.of("..", "jfr-events", "target", "stranded-agent.jar").toAbsolutePath().normalize();
  private static final Path PROGRAMS =
      Path.of("..", "recordings", "target", "test-classes").toAbsolutePath().normalize();
  private static final String PACKAGE = "io.stranded.internal.recording.programs.";

  private Recordings() {}

  /** Starts the program under a recording and the agent, which reports waits soon. */
  static ForkedJvm startWithAgent(Jdk jdk, Path repository, String program, String... arguments) {
    return start(
        jdk,
        repository,
        List.of("-javaagent:" + AGENT + "=threshold=100ms,period=20ms"),
        program,
        arguments);
  }

  /** Starts the program under a recording with these options. */
  static ForkedJvm start(
      Jdk jdk, Path repository, List<String> options, String program, String... arguments) {
    List<String> command = new ArrayList<>(options);
    command.addAll(
        List.of(
            // Not the class path of the test: it has the agent's classes before they are shaded.
            "-cp",
            PROGRAMS.toString(),
            "-XX:FlightRecorderOptions:repository=" + repository,
            "-XX:StartFlightRecording",
            PACKAGE + program));
    command.addAll(List.of(arguments));
    return ForkedJvm.start(jdk, command);
  }

  /** Copies all recorded so far; the recording goes on in another chunk. */
  static Path dump(ForkedJvm jvm, Path file) {
    jvm.jcmd("JFR.dump", "filename=" + file.toAbsolutePath());
    return file;
  }
}
