package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Inputs of several JVMs, taken apart chunk by chunk: a chunk is of one JVM and says of which.
 *
 * <p>Files that have chunks of several are copied in parts, which are deleted on close.
 */
final class JvmSplit implements AutoCloseable {
  private record Key(Instant startedAt, long pid) {}

  private static final Comparator<Key> BY_START =
      Comparator.comparing(Key::startedAt).thenComparing(Key::pid);

  private final Map<Key, List<RecordingInput>> inputs = new TreeMap<>(BY_START);
  private final List<Path> copies = new ArrayList<>();
  private final ReplayOptions options;

  private JvmSplit(ReplayOptions options) {
    this.options = options;
  }

  static JvmSplit of(Collection<RecordingInput> mixed, ReplayOptions options) throws IOException {
    JvmSplit split = new JvmSplit(options);
    try {
      for (RecordingInput input : mixed) {
        split.add(input);
      }
      return split;
    } catch (IOException | RuntimeException e) {
      split.close();
      throw e;
    }
  }

  /** The inputs of each JVM, by the time they were started. */
  Collection<List<RecordingInput>> jvms() {
    return inputs.values();
  }

  @Override
  public void close() throws IOException {
    for (Path copy : copies) {
      Files.deleteIfExists(copy);
    }
  }

  private void add(RecordingInput input) throws IOException {
    Map<Key, List<Path>> files = new LinkedHashMap<>();
    List<String> losses = new ArrayList<>(input.losses());
    for (Path file : input.files()) {
      boolean several = input.files().size() > 1;
      String prefix = several ? file.getFileName() + ": " : "";
      try (ReadableRecording recording = ReadableRecording.open(file, options.tempDirectory())) {
        recording.losses().forEach(loss -> losses.add(prefix + loss));
        Map<Key, List<ChunkHeader>> chunks = chunksByJvm(recording, prefix, losses);
        for (Map.Entry<Key, List<ChunkHeader>> part : chunks.entrySet()) {
          Path its = file;
          if (chunks.size() > 1
              || part.getValue().size() < recording.chunks().size()
              || !recording.losses().isEmpty()) {
            its = recording.extract(part.getValue(), options.tempDirectory());
            copies.add(its);
          }
          files.computeIfAbsent(part.getKey(), key -> new ArrayList<>()).add(its);
        }
      } catch (UnreadableRecordingException e) {
        losses.add(String.valueOf(e.getMessage()));
      }
    }
    files.forEach(
        (jvm, its) ->
            inputs
                .computeIfAbsent(jvm, key -> new ArrayList<>())
                .add(new RecordingInput(input.name(), input.path(), its, losses)));
  }

  private Map<Key, List<ChunkHeader>> chunksByJvm(
      ReadableRecording recording, String prefix, List<String> losses) throws IOException {
    Map<Key, List<ChunkHeader>> chunks = new LinkedHashMap<>();
    for (ChunkHeader chunk : recording.chunks()) {
      Optional<Key> jvm = jvmOf(recording, chunk);
      if (jvm.isPresent()) {
        chunks.computeIfAbsent(jvm.get(), key -> new ArrayList<>()).add(chunk);
      } else {
        losses.add(
            prefix
                + "the chunk at offset "
                + chunk.offset()
                + " does not say of which of the JVMs it is: left out");
      }
    }
    return chunks;
  }

  private Optional<Key> jvmOf(ReadableRecording recording, ChunkHeader chunk) throws IOException {
    Path alone = recording.extract(List.of(chunk), options.tempDirectory());
    try {
      return new StreamingEventReader()
          .first(alone, JvmDescribed.class)
          .map(jvm -> new Key(jvm.startedAt(), jvm.pid()));
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      Files.deleteIfExists(alone);
    }
  }
}
