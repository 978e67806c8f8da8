package io.stranded.internal.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sidecar that started a recording in a target, as the recording's name tells. One that was
 * killed could not end it.
 *
 * @param pid process id of the sidecar
 * @param started when it was started, in milliseconds
 * @param broughtAgent whether it has loaded the agent as well
 */
record RecordingOwner(long pid, long started, boolean broughtAgent) {
  private static final Pattern NAME = Pattern.compile("stranded-watch-(\\d+)-(\\d+)(-agent)?");

  /** This process. */
  static RecordingOwner us(boolean broughtAgent) {
    SidecarProcess us = SidecarProcess.us();
    return new RecordingOwner(us.pid(), us.started(), broughtAgent);
  }

  /** The owner of a recording; empty if that was not started by a sidecar. */
  static Optional<RecordingOwner> of(String recordingName) {
    Matcher name = NAME.matcher(recordingName);
    try {
      return name.matches()
          ? Optional.of(
              new RecordingOwner(
                  Long.parseLong(name.group(1)),
                  Long.parseLong(name.group(2)),
                  name.group(3) != null))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** What its recording is called. */
  String recordingName() {
    return "stranded-watch-" + pid + "-" + started + (broughtAgent ? "-agent" : "");
  }

  /** Whether it runs, on this machine, where alone it can have attached from. */
  boolean isAlive() {
    return new SidecarProcess(pid, started, 0).isAlive();
  }
}
