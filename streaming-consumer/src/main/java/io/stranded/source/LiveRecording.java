package io.stranded.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import jdk.management.jfr.FlightRecorderMXBean;
import jdk.management.jfr.RecordingInfo;

/** A flight recording in the target with the events we need: a running one, or one of our own. */
public final class LiveRecording implements AutoCloseable {
  private static final String SETTINGS = "/io/stranded/events/stranded.jfc";
  private static final String NEEDED = "stranded.ThreadPark#enabled";
  private static final String REPOSITORY = "jdk.jfr.repository";

  private final TargetJvm target;
  private final long ownId;

  private LiveRecording(TargetJvm target, long ownId) {
    this.target = target;
    this.ownId = ownId;
  }

  /**
   * Joins a running recording that has our events, or starts one.
   *
   * @throws IOException if the target has no flight recorder; one line
   */
  public static LiveRecording joinOrStart(TargetJvm target) throws IOException {
    FlightRecorderMXBean recorder = target.recorder();
    for (RecordingInfo running : recorder.getRecordings()) {
      if (running.getState().equals("RUNNING")
          && "true".equals(running.getSettings().get(NEEDED))) {
        return new LiveRecording(target, -1);
      }
    }
    long id = recorder.newRecording();
    try (InputStream settings = LiveRecording.class.getResourceAsStream(SETTINGS)) {
      if (settings == null) {
        throw new IllegalStateException(SETTINGS + " is not packaged");
      }
      recorder.setConfiguration(id, new String(settings.readAllBytes(), StandardCharsets.UTF_8));
      recorder.setRecordingOptions(
          id, Map.of("name", "stranded", "maxAge", "10 m", "disk", "true"));
      recorder.startRecording(id);
    } catch (IllegalArgumentException e) {
      recorder.closeRecording(id);
      throw new IOException("cannot start a flight recording: " + e.getMessage(), e);
    }
    return new LiveRecording(target, id);
  }

  /** The directory the target records into. */
  public Path repository() {
    return Path.of(target.property(REPOSITORY));
  }

  /** Whether a recording of the target's own was joined. */
  public boolean joined() {
    return ownId < 0;
  }

  /** Ends the recording if it is our own. */
  @Override
  public void close() {
    if (ownId < 0) {
      return;
    }
    try {
      target.recorder().closeRecording(ownId);
    } catch (IOException | RuntimeException e) {
      // The target is gone, and the recording with it.
    }
  }
}
