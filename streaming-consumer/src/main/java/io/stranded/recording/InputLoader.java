package io.stranded.recording;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  InputLoader(ThreadLedger ledger, ReplayOptions options) {
    this.ledger = ledger;
    this.options = options;
  }

  /**
   * Reads everything. A repository may have unreadable chunk files among others, as that of a
   * killed JVM does.
   *
   * @throws UnreadableRecordingException if an input has nothing readable
   */
  void load(Map<RecordingInput, Coverage> inputs) throws IOException {
    List<Part> parts = new ArrayList<>();
    inputs.forEach(
        (input, coverage) ->
            input
                .files()
                .forEach(file -> parts.add(new Part(input, coverage, file, startOf(file)))));
    parts.sort(Comparator.comparing(Part::start));
    Map<RecordingInput, List<UnreadableRecordingException>> failures = new HashMap<>();
    for (Part part : parts) {
      try {
        read(part);
      } catch (UnreadableRecordingException e) {
        failures.computeIfAbsent(part.input, input -> new ArrayList<>()).add(e);
      }
    }
    for (RecordingInput input : inputs.keySet()) {
      List<UnreadableRecordingException> failed = failures.getOrDefault(input, List.of());
      if (failed.size() == input.files().size()) {
        throw failed.get(0);
      }
      Coverage coverage = inputs.get(input);
      failed.forEach(e -> coverage.damaged(String.valueOf(e.getMessage())));
    }
  }

  private void read(Part part) throws IOException {
    try (ReadableRecording recording = ReadableRecording.open(part.file, options.tempDirectory())) {
      boolean several = part.input.files().size() > 1;
      recording
          .losses()
          .forEach(
              loss ->
                  part.coverage.damaged(several ? part.file.getFileName() + ": " + loss : loss));
      if (Files.size(recording.file()) <= options.inMemoryLimit()
          && tryInMemory(recording.file(), part.coverage)) {
        ledger.until(recording.end());
        return;
      }
      stream(part, recording);
    }
  }

  /** What it cannot load as a whole may still be readable in part, so failing is no error here. */
  private boolean tryInMemory(Path file, Coverage coverage) {
    try {
      inMemory.read(file, into(coverage));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void stream(Part part, ReadableRecording recording) throws IOException {
    long[] facts = {0};
    Consumer<RecordedFact> counting = into(part.coverage).andThen(fact -> facts[0]++);
    try {
      streaming.read(recording.file(), counting);
      ledger.until(recording.end());
    } catch (IOException e) {
      if (facts[0] == 0) {
        throw new UnreadableRecordingException(part.file, String.valueOf(e.getMessage()), e);
      }
      part.coverage.damaged(
          "reading stopped early (" + e.getMessage() + "): later events are lost");
    }
  }

  private Consumer<RecordedFact> into(Coverage coverage) {
    return fact -> {
      coverage.count(fact);
      ledger.accept(fact);
    };
  }

  private static Instant startOf(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return ChunkHeader.read(channel, 0).map(ChunkHeader::start).orElse(Instant.MAX);
    } catch (IOException e) {
      return Instant.MAX;
    }
  }
}
