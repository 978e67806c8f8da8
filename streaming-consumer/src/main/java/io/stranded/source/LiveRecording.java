package io.stranded.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import jdk.jfr.Configuration;
import jdk.management.jfr.FlightRecorderMXBean;
import jdk.management.jfr.RecordingInfo;

/** A flight recording in the target with the events we need: a running one, or one of our own. */
public final class LiveRecording implements AutoCloseable {
  private static final String SETTINGS = "/io/stranded/events/stranded.jfc";
  private static final String NEEDED = "stranded.ThreadPark#enabled";
  private static final String REPOSITORY = "jdk.jfr.repository";
  private static final long NONE = -1;

  private final TargetJvm target;
  private final long ownId;
  private final Path repository;

  private LiveRecording(TargetJvm target, long ownId) {
    this.target = target;
    this.ownId = ownId;
    // Known once there is a recording.
    this.repository = target.files().here(Path.of(target.property(REPOSITORY)));
  }

  /**
   * Joins a running recording that has our events, or starts one; where its repository cannot be
   * read from here, {@link #events} brings its own.
   *
   * @throws IOException if the target has no flight recorder; one line
   */
  public static LiveRecording joinOrStart(TargetJvm target) throws IOException {
    if (!target.hasRepositoryHere()) {
      return new LiveRecording(target, NONE);
    }
    FlightRecorderMXBean recorder = target.recorder();
    for (RecordingInfo running : recorder.getRecordings()) {
      if (running.getState().equals("RUNNING")
          && "true".equals(running.getSettings().get(NEEDED))) {
        return new LiveRecording(target, NONE);
      }
    }
    long id = recorder.newRecording();
    try {
      recorder.setRecordingSettings(id, settings());
      recorder.setRecordingOptions(
          id, Map.of("name", "stranded", "maxAge", "10 m", "disk", "true"));
      recorder.startRecording(id);
    } catch (IllegalArgumentException e) {
      recorder.closeRecording(id);
      throw new IOException("cannot start a flight recording: " + e.getMessage(), e);
    }
    return new LiveRecording(target, id);
  }

  /**
   * The events of the recording.
   *
   * @param from the first, where the recording began before
   * @throws IOException if they cannot be read
   */
  public EventSource events(Instant from) throws IOException {
    if (target.hasRepositoryHere()) {
      return StreamEventSource.repository(repository, from);
    }
    return target.isSelf()
        ? StreamEventSource.ownJvm(settings())
        : StreamEventSource.remote(target.beans(), settings());
  }

  /** Whether a recording of the target's own was joined. */
  public boolean joined() {
    return ownId == NONE && target.hasRepositoryHere();
  }

  /** What the target is called. */
  public String target() {
    return target.name();
  }

  /**
   * Has the target begin a new chunk, and the agent tell of all open waits once more: that is what
   * the start of any recording does.
   *
   * @throws IOException if the target does not answer
   */
  public void askAgain() throws IOException {
    FlightRecorderMXBean recorder = target.recorder();
    long id = recorder.newRecording();
    try {
      recorder.setRecordingSettings(id, Map.of(NEEDED, "true"));
      recorder.startRecording(id);
    } finally {
      recorder.closeRecording(id);
    }
  }

  /** Whether the directory that the target records into is not there any more. */
  public boolean isRepositoryMissing() {
    return target.hasRepositoryHere() && !Files.isDirectory(repository);
  }

  /** Makes that directory anew, for the target's next chunk. */
  public void restoreRepository() throws IOException {
    Files.createDirectories(repository);
    target.files().give(repository);
  }

  /** Ends the recording if it is our own. */
  @Override
  public void close() {
    if (ownId == NONE) {
      return;
    }
    try {
      target.recorder().closeRecording(ownId);
    } catch (IOException | RuntimeException e) {
      // The target is gone, and the recording with it.
    }
  }

  private static Map<String, String> settings() throws IOException {
    try (InputStream settings = LiveRecording.class.getResourceAsStream(SETTINGS)) {
      if (settings == null) {
        throw new IllegalStateException(SETTINGS + " is not packaged");
      }
      return Configuration.create(new InputStreamReader(settings, StandardCharsets.UTF_8))
          .getSettings();
    } catch (ParseException e) {
      throw new IllegalStateException(SETTINGS, e);
    }
  }
}
