package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads the files of all inputs into a ledger, oldest first, each with the reader that suits it.
 */
final class InputLoader {
  private record Part(RecordingInput input, Coverage coverage, Path file, Instant start) {}

  private final ThreadLedger ledger;
  private final ReplayOptions options;
  private final EventReader inMemory = new JmcEventReader();
  private final EventReader streaming = new StreamingEventReader();
  private final Map<Path, Set<JvmDescribed>> jvms = new HashMap<>();
  private long bytesInAll;
  private long bytesDone;

  InputLoader(ThreadLedger ledger, ReplayOptions options) {
    this.ledger = ledger;
    this.options = options;
  }

  /**
   * Reads everything. There may be unreadable files among others: the chunk that a killed JVM began
   * last, or a file that the shell named along with the others.
   *
   * @return what the inputs have, in their order
   * @throws UnreadableRecordingException if nothing can be read
   */
  List<Coverage> load(List<RecordingInput> inputs) throws IOException {
    Map<RecordingInput, Coverage> coverages = new LinkedHashMap<>();
    List<Part> parts = new ArrayList<>();
    for (RecordingInput input : inputs) {
      Coverage coverage = new Coverage(input.name());
      input.losses().forEach(coverage::damaged);
      if (input.gaps()) {
        coverage.gap();
      }
      coverages.put(input, coverage);
      for (Path file : input.files()) {
        parts.add(new Part(input, coverage, file, startOf(file)));
        bytesInAll += Files.size(file);
      }
    }
    parts.sort(Comparator.comparing(Part::start));
    List<UnreadableRecordingException> failures = new ArrayList<>();
    for (Part part : parts) {
      long before = bytesDone;
      try {
        read(part);
      } catch (UnreadableRecordingException e) {
        failures.add(e);
        part.coverage.damaged(reason(part, e));
        if (part.start.isBefore(Instant.MAX)) {
          part.coverage.gap();
        }
      }
      bytesDone = before + Files.size(part.file);
    }
    if (failures.size() == parts.size()) {
      throw failures.get(0);
    }
    return List.copyOf(coverages.values());
  }

  /**
   * Whether all that was read is of one JVM: every unit says of the same, or there is one unit,
   * which does not say of two.
   */
  boolean readOneJvm() {
    NavigableSet<JvmDescribed> all = new TreeSet<>(JvmDescribed.BY_JVM);
    jvms.values().forEach(all::addAll);
    boolean silent = jvms.values().stream().anyMatch(Set::isEmpty);
    return all.size() <= 1 && (!silent || jvms.size() <= 1);
  }

  /** The file is named only where it is not the input itself. */
  private static String reason(Part part, UnreadableRecordingException e) {
    return part.input.files().size() > 1
        ? part.file.getFileName() + ": " + e.reason()
        : "left out: " + e.reason();
  }

  private void read(Part part) throws IOException {
    try (ReadableRecording recording = open(part)) {
      toldBy(part);
      boolean several = part.input.files().size() > 1;
      recording
          .losses()
          .forEach(
              loss ->
                  part.coverage.damaged(several ? part.file.getFileName() + ": " + loss : loss));
      if (recording.hasGaps()) {
        part.coverage.gap();
      }
      if (Files.size(recording.file()) > options.inMemoryLimit()
          || !tryInMemory(recording.file(), part)) {
        stream(part, recording);
      }
      part.coverage.read();
      ledger.from(recording.start());
      ledger.until(recording.end());
    }
  }

  /** Its failures name the input as the user did. */
  private ReadableRecording open(Part part) throws UnreadableRecordingException {
    try {
      return ReadableRecording.open(part.file, options.tempDirectory());
    } catch (UnreadableRecordingException e) {
      boolean whole = part.input.files().size() == 1;
      throw whole ? new UnreadableRecordingException(part.input.path(), e.reason(), e) : e;
    }
  }

  /** What it cannot load as a whole may still be readable in part, so failing is no error here. */
  private boolean tryInMemory(Path file, Part part) {
    try {
      inMemory.read(file, into(part), at -> {});
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void stream(Part part, ReadableRecording recording) throws IOException {
    long[] facts = {0};
    Consumer<RecordedFact> counting = into(part).andThen(fact -> facts[0]++);
    try {
      streaming.read(recording.file(), counting, progressOf(part, recording));
    } catch (IOException e) {
      if (facts[0] == 0) {
        throw new UnreadableRecordingException(
            part.input.path(), String.valueOf(e.getMessage()), e);
      }
      part.coverage.damaged(
          "reading stopped early (" + e.getMessage() + "): later events are lost");
      part.coverage.gap();
    }
  }

  /**
   * No reader tells where in the file it is, but events come nearly in the order of their times.
   */
  private Consumer<Instant> progressOf(Part part, ReadableRecording recording) throws IOException {
    long size = Files.size(part.file);
    long before = bytesDone;
    Duration span = Duration.between(recording.start(), recording.end());
    return at -> {
      double share =
          (double) Duration.between(recording.start(), at).toMillis()
              / Math.max(1, span.toMillis());
      bytesDone = Math.max(bytesDone, before + (long) (size * Math.min(1, share)));
      options.progress().at("reading", bytesDone, bytesInAll);
    };
  }

  private Consumer<RecordedFact> into(Part part) {
    Set<JvmDescribed> told = toldBy(part);
    return fact -> {
      part.coverage.count(fact);
      ledger.accept(fact);
      if (fact instanceof JvmDescribed jvm) {
        told.add(jvm);
      }
    };
  }

  private Set<JvmDescribed> toldBy(Part part) {
    return jvms.computeIfAbsent(
        part.input.unit(part.file), unit -> new TreeSet<>(JvmDescribed.BY_JVM));
  }

  private static Instant startOf(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return ChunkHeader.read(channel, 0).map(ChunkHeader::start).orElse(Instant.MAX);
    } catch (IOException e) {
      return Instant.MAX;
    }
  }
}
