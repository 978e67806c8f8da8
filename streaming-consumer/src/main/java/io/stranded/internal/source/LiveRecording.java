package io.stranded.internal.source;

import io.stranded.events.EventNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.Configuration;
import jdk.management.jfr.FlightRecorderMXBean;
import jdk.management.jfr.RecordingInfo;

/** A flight recording in the target with the events we need: a running one, or one of our own. */
public final class LiveRecording implements AutoCloseable {
  private static final String SETTINGS = "/io/stranded/events/stranded.jfc";
  private static final String NEEDED = EventNames.THREAD_PARK + "#enabled";
  private static final String REPOSITORY = "jdk.jfr.repository";
  private static final long NONE = -1;

  /** A recording of ours ends by itself so long after we were killed. */
  private static final Duration LEASE = Duration.ofMinutes(10);

  private static final Duration RENEWAL = Duration.ofMinutes(1);

  private static final Pattern LISTED = Pattern.compile("name=(\\S+)");

  private final TargetJvm target;
  private final long ownId;
  private final boolean joined;
  private final Path repository;
  private final Instant started;
  private Duration granted = Duration.ZERO;

  private LiveRecording(TargetJvm target, long ownId, boolean joined, Instant started)
      throws IOException {
    this.target = target;
    this.ownId = ownId;
    this.joined = joined;
    this.started = started;
    this.repository = repository(target);
  }

  /** Known once there is a recording. What the target tells may be anything. */
  private static Path repository(TargetJvm target) throws IOException {
    if (!target.hasRepositoryHere()) {
      return Path.of("");
    }
    String told = target.property(REPOSITORY);
    try {
      Path there = Path.of(told);
      if (there.isAbsolute() && there.equals(there.normalize())) {
        return target.files().here(there);
      }
    } catch (InvalidPathException e) {
      // Said below, as of any other.
    }
    throw new IOException(
        "cannot read the recording of "
            + target.name()
            + ": it says that it lies in '"
            + told
            + "'");
  }

  /** Whether a sidecar that was killed has left the agent, which it had loaded, in the target. */
  public static boolean hasAgentOfTheDead(TargetJvm target) {
    return target.hasRepositoryHere()
        && target.recorder().getRecordings().stream()
            .map(recording -> RecordingOwner.of(recording.getName()))
            .flatMap(Optional::stream)
            .anyMatch(owner -> owner.broughtAgent() && !owner.isAlive());
  }

  /**
   * Ends what sidecars that were killed have left running in a process.
   *
   * @throws IOException if it does not let us attach
   */
  public static void endThoseOfTheDead(long pid) throws IOException {
    Matcher listed = LISTED.matcher(AttachCommand.run(pid, "JFR.check"));
    while (listed.find()) {
      String name = listed.group(1);
      if (isOfTheDead(name)) {
        String unused = AttachCommand.run(pid, "JFR.stop name=" + name);
      }
    }
  }

  /**
   * Joins a running recording that has our events, or starts one; where its repository cannot be
   * read from here, {@link #events} brings its own. What a sidecar that was killed has left is
   * taken over.
   *
   * @param broughtAgent whether the agent is in the target because of us
   * @throws IOException if the target has no flight recorder; one line
   */
  public static LiveRecording joinOrStart(TargetJvm target, boolean broughtAgent)
      throws IOException {
    if (!target.hasRepositoryHere()) {
      return new LiveRecording(target, NONE, /* joined= */ false, Instant.now());
    }
    FlightRecorderMXBean recorder = target.recorder();
    String name = RecordingOwner.us(broughtAgent).recordingName();
    Optional<RecordingInfo> left = Optional.empty();
    boolean others = false;
    for (RecordingInfo there : recorder.getRecordings()) {
      boolean running =
          there.getState().equals("RUNNING") && "true".equals(there.getSettings().get(NEEDED));
      if (!isOfTheDead(there.getName())) {
        others |= running;
      } else if (running && left.isEmpty()) {
        left = Optional.of(there);
      } else {
        recorder.closeRecording(there.getId());
      }
    }
    if (left.isPresent()) {
      long id = left.get().getId();
      recorder.setRecordingOptions(id, Map.of("name", name));
      Instant started = Instant.ofEpochMilli(left.get().getStartTime());
      LiveRecording recording = new LiveRecording(target, id, /* joined= */ true, started);
      recording.renew();
      return recording;
    }
    long id = others ? NONE : start(recorder, name);
    try {
      return new LiveRecording(target, id, /* joined= */ others, Instant.now());
    } catch (IOException e) {
      if (id != NONE) {
        recorder.closeRecording(id);
      }
      throw e;
    }
  }

  private static boolean isOfTheDead(String recordingName) {
    return RecordingOwner.of(recordingName).filter(owner -> !owner.isAlive()).isPresent();
  }

  private static long start(FlightRecorderMXBean recorder, String name) throws IOException {
    long id = recorder.newRecording();
    boolean started = false;
    try {
      recorder.setRecordingSettings(id, settings());
      recorder.setRecordingOptions(
          id, Map.of("name", name, "maxAge", "10 m", "disk", "true", "duration", seconds(LEASE)));
      recorder.startRecording(id);
      started = true;
      return id;
    } catch (IllegalArgumentException e) {
      throw new IOException("cannot start a flight recording: " + e.getMessage(), e);
    } finally {
      if (!started) {
        recorder.closeRecording(id);
      }
    }
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

  /** Whether the recording was there before. */
  public boolean joined() {
    return joined;
  }

  /** Keeps a recording of ours from ending; to be called every few minutes at least. */
  public void renew() {
    Duration age = Duration.between(started, Instant.now());
    if (ownId != NONE && granted.minus(age).compareTo(LEASE.minus(RENEWAL)) < 0) {
      granted = age.plus(LEASE);
      target.recorder().setRecordingOptions(ownId, Map.of("duration", seconds(granted)));
    }
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
    return target.hasRepositoryHere() && target.files().isMissing(repository);
  }

  /**
   * Makes that directory anew, for the target's next chunk.
   *
   * @throws IOException if that is not possible, or not for the target's user to ask
   */
  public void restoreRepository() throws IOException {
    target.files().restore(repository);
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

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
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
