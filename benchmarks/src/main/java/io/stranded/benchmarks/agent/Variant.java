package io.stranded.benchmarks.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** With what the same program runs. */
enum Variant {
  /** Nothing. */
  BARE,
  /** An agent that does nothing. */
  EMPTY,
  /** Our agent; no recording. */
  AGENT,
  /** An agent that does nothing, and a recording with our settings. */
  EMPTY_RECORDING,
  /** Our agent, and a recording with our settings. */
  AGENT_RECORDING;

  /** What its JVM is started with. */
  List<String> vmOptions(Path emptyAgent, Path agent, Path settings, Path repository) {
    List<String> options = new ArrayList<>();
    switch (this) {
      case BARE -> {}
      case EMPTY, EMPTY_RECORDING -> options.add("-javaagent:" + emptyAgent);
      case AGENT, AGENT_RECORDING -> options.add("-javaagent:" + agent);
    }
    if (this == EMPTY_RECORDING || this == AGENT_RECORDING) {
      options.add("-XX:StartFlightRecording=maxsize=20m,settings=" + settings);
      options.add("-XX:FlightRecorderOptions=repository=" + repository);
      options.add("-Xlog:jfr+startup=off");
    }
    return options;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '+');
  }
}
