package io.stranded.internal.recording;

import io.stranded.internal.recording.RecordedFact.JvmDescribed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Inputs of several JVMs, taken apart chunk by chunk: a chunk is of one JVM and says of which. One
 * that does not say is of the JVM of its file or repository if all others there are of one, and is
 * of none that is known otherwise.
 *
 * <p>Files that have chunks of several are copied in parts, which are deleted on close.
 */
final class JvmSplit implements AutoCloseable {
  /**
   * The inputs of one JVM.
   *
   * @param unplaced the file or repository if it does not say of which JVM it is
   */
  record Part(List<RecordingInput> inputs, Optional<Path> unplaced) {}

  /** Chunks of one file that say the same of their JVM, as a file. */
  private record Piece(Path unit, Optional<JvmDescribed> jvm, Path file) {}

  private final Map<JvmDescribed, Part> placed = new TreeMap<>(JvmDescribed.BY_JVM);
  private final Map<Path, Part> unplaced = new LinkedHashMap<>();
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

  /** The inputs of each JVM, by the time they were started; those that do not say of which last. */
  Collection<Part> parts() {
    List<Part> all = new ArrayList<>(placed.values());
    all.addAll(unplaced.values());
    return all;
  }

  @Override
  public void close() throws IOException {
    for (Path copy : copies) {
      Files.deleteIfExists(copy);
    }
  }

  private void add(RecordingInput input) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    List<String> losses = new ArrayList<>(input.losses());
    boolean gaps = input.gaps();
    for (Path file : input.files()) {
      String prefix = input.files().size() > 1 ? file.getFileName() + ": " : "";
      try (ReadableRecording recording = ReadableRecording.open(file, options.tempDirectory())) {
        recording.losses().forEach(loss -> losses.add(prefix + loss));
        gaps |= recording.hasGaps();
        pieces.addAll(pieces(recording, file, input.unit(file)));
      } catch (UnreadableRecordingException e) {
        losses.add(prefix + "left out: " + e.reason());
      }
    }
    Map<Path, NavigableSet<JvmDescribed>> jvms = new HashMap<>();
    for (Piece piece : pieces) {
      NavigableSet<JvmDescribed> told =
          jvms.computeIfAbsent(piece.unit, unit -> new TreeSet<>(JvmDescribed.BY_JVM));
      piece.jvm.ifPresent(told::add);
    }
    IdentityHashMap<Part, List<Path>> files = new IdentityHashMap<>();
    for (Piece piece : pieces) {
      NavigableSet<JvmDescribed> told =
          jvms.getOrDefault(piece.unit, new TreeSet<>(JvmDescribed.BY_JVM));
      Optional<JvmDescribed> jvm =
          piece.jvm.or(() -> told.size() == 1 ? Optional.of(told.first()) : Optional.empty());
      Part part =
          jvm.isPresent()
              ? placed.computeIfAbsent(
                  jvm.get(), key -> new Part(new ArrayList<>(), Optional.empty()))
              : unplaced.computeIfAbsent(
                  piece.unit, unit -> new Part(new ArrayList<>(), Optional.of(unit)));
      files.computeIfAbsent(part, key -> new ArrayList<>()).add(piece.file);
    }
    for (Map.Entry<Part, List<Path>> its : files.entrySet()) {
      its.getKey()
          .inputs()
          .add(new RecordingInput(input.name(), input.path(), its.getValue(), losses, gaps));
    }
  }

  private List<Piece> pieces(ReadableRecording recording, Path file, Path unit) throws IOException {
    Map<Optional<JvmDescribed>, List<ChunkHeader>> chunks = new LinkedHashMap<>();
    Map<JvmDescribed, JvmDescribed> known = new TreeMap<>(JvmDescribed.BY_JVM);
    for (ChunkHeader chunk : recording.chunks()) {
      // Described anew in each chunk, at another time.
      Optional<JvmDescribed> jvm =
          jvmOf(recording, chunk).map(j -> known.computeIfAbsent(j, first -> first));
      chunks.computeIfAbsent(jvm, key -> new ArrayList<>()).add(chunk);
    }
    List<Piece> pieces = new ArrayList<>();
    boolean whole = chunks.size() == 1 && recording.losses().isEmpty();
    for (Map.Entry<Optional<JvmDescribed>, List<ChunkHeader>> part : chunks.entrySet()) {
      Path its = file;
      if (!whole) {
        its = recording.extract(part.getValue(), options.tempDirectory());
        copies.add(its);
      }
      pieces.add(new Piece(unit, part.getKey(), its));
    }
    return pieces;
  }

  private Optional<JvmDescribed> jvmOf(ReadableRecording recording, ChunkHeader chunk)
      throws IOException {
    Path alone = recording.extract(List.of(chunk), options.tempDirectory());
    try {
      return new StreamingEventReader().first(alone, JvmDescribed.class);
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      Files.deleteIfExists(alone);
    }
  }
}
