package io.stranded.internal.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a recording: a result or the declared exception, and nothing left behind. */
final class DamagedRecordingTest {
  /** Only against a reader that hangs. */
  private static final Duration HANG = Duration.ofMinutes(2);

  /** Two chunks of a JVM in which six threads and more wait. */
  private static byte[] recording = {};

  private final Path directory;
  private final Path temp;

  DamagedRecordingTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.temp = Files.createDirectory(directory.resolve("temp"));
  }

  @BeforeAll
  static void record(@TempDir Path shared) throws IOException {
    try (ForkedJvm jvm = RealRecordings.start(Jdk.current(), shared, "leaking", "agent")) {
      RealRecordings.dump(jvm, shared.resolve("1.jfr"));
      recording = Files.readAllBytes(RealRecordings.dump(jvm, shared.resolve("2.jfr")));
    }
    assertThat(secondChunk()).isLessThan(recording.length);
  }

  @Test
  void cutAnywhereGivesWhatIsWholeOrTheDeclaredException() {
    IntStream headers = IntStream.rangeClosed(1, 70);
    IntStream aroundSecond = IntStream.rangeClosed(secondChunk() - 3, secondChunk() + 70);
    IntStream everywhere =
        IntStream.range(1, 60).map(i -> (int) ((long) recording.length * i / 60));
    IntStream atTheEnd = IntStream.rangeClosed(recording.length - 5, recording.length - 1);
    IntStream.of(
            IntStream.concat(
                    IntStream.concat(headers, aroundSecond), IntStream.concat(everywhere, atTheEnd))
                .toArray())
        .forEach(
            length -> {
              byte[] cut = Arrays.copyOf(recording, length);
              for (ReplayOptions options : readers()) {
                Optional<LeakProfile> profile = attempt(cut, options);
                assertThat(profile.isPresent())
                    .as("cut at " + length)
                    .isEqualTo(length >= secondChunk() || flushedAt(length));
                if (length > secondChunk()) {
                  assertThat(profile.orElseThrow().findings()).isNotEmpty();
                  assertThat(profile.orElseThrow().notes())
                      .anyMatch(note -> note.contains("at offset " + secondChunk()));
                }
              }
            });
  }

  @Test
  void anyByteChangedGivesAResultOrTheDeclaredException() {
    Random random = new Random(42);
    for (int i = 0; i < 150; i++) {
      byte[] changed = recording.clone();
      // Every third change is in a header, where it hurts most.
      int at = i % 3 == 0 ? random.nextInt(ChunkHeader.BYTES) : random.nextInt(changed.length);
      changed[at] ^= (byte) (1 + random.nextInt(255));
      for (ReplayOptions options : readers()) {
        attempt(changed, options);
      }
    }
  }

  @Test
  void everyHeaderFieldMayBeNonsense() {
    for (int field = 8; field < ChunkHeader.STATE_OFFSET; field += Long.BYTES) {
      for (long value : new long[] {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31}) {
        byte[] changed = recording.clone();
        ByteBuffer.wrap(changed).putLong(field, value);
        for (ReplayOptions options : readers()) {
          attempt(changed, options);
        }
      }
    }
  }

  @Test
  void unfinishedChunkIsReadToItsLastFlush() {
    byte[] unfinished = Arrays.copyOf(recording, recording.length + 1000);
    for (int state : new int[] {1, 7, 254, 255}) { // flushes so far; 255: killed while flushing
      unfinished[secondChunk() + ChunkHeader.STATE_OFFSET] = (byte) state;
      for (ReplayOptions options : readers()) {
        LeakProfile profile = attempt(unfinished, options).orElseThrow();
        assertThat(profile.findings()).isNotEmpty();
        assertThat(profile.notes())
            .anyMatch(note -> note.contains("never finished") && note.contains("1000 bytes behind"))
            .noneMatch(note -> note.contains("stopped early"));
      }
    }
  }

  @Test
  void whatIsBetweenChunksIsSkipped() throws IOException {
    byte[] junk = "FLR is not quite the magic number".getBytes(UTF_8);
    byte[] mixed = new byte[recording.length + junk.length];
    System.arraycopy(recording, 0, mixed, 0, secondChunk());
    System.arraycopy(junk, 0, mixed, secondChunk(), junk.length);
    System.arraycopy(
        recording,
        secondChunk(),
        mixed,
        secondChunk() + junk.length,
        recording.length - secondChunk());
    LeakProfile whole = RecordingAnalyzer.analyze(List.of(write(recording)), options());
    LeakProfile profile = RecordingAnalyzer.analyze(List.of(write(mixed)), options());
    assertThat(profile.findings()).isEqualTo(whole.findings());
    assertThat(profile.notes()).anyMatch(note -> note.contains(junk.length + " bytes skipped"));
  }

  @Test
  void inputsThatAreNoRecordingsAreNamed() throws IOException {
    refused(write(new byte[0]), "empty");
    refused(
        write(
            "some text that is long enough for a header, but is none of it whatsoever\n"
                .getBytes(UTF_8)),
        "not a JFR recording: expected 'FLR\\0'");
    refused(write(new byte[] {0x1f, (byte) 0x8b, 8, 0}), "damaged gzip");
    refused(directory.resolve("missing.jfr"), "no such file");
    refused(temp, "not a JFR repository");
    Path unreadable = write(recording);
    assertThat(unreadable.toFile().setReadable(false)).isTrue();
    if (!Files.isReadable(unreadable)) { // root reads everything
      refused(unreadable, "cannot be read");
    }
  }

  @Test
  void repositoryNeedsOneReadableChunk() throws IOException {
    Path repository = Files.createDirectory(directory.resolve("repository"));
    Files.write(repository.resolve("1.jfr"), new byte[0]);
    refused(repository, "empty");
    Files.write(repository.resolve("0.jfr"), recording);
    LeakProfile profile = RecordingAnalyzer.analyze(List.of(repository), options());
    assertThat(profile.findings()).isNotEmpty();
    assertThat(profile.notes()).anyMatch(note -> note.contains("1.jfr: empty"));
  }

  @Test
  void allRepositoriesBelowADirectoryAreRead() throws IOException {
    for (String jvm : List.of("2026_11_21_10_00_00_17", "2026_11_21_10_00_00_18")) {
      Path repository = Files.createDirectories(directory.resolve("base").resolve(jvm));
      Files.write(repository.resolve("chunk.jfr"), recording);
    }
    Files.write(directory.resolve("base/2026_11_21_10_00_00_17/later.jfr"), new byte[0]);
    LeakProfile profile = RecordingAnalyzer.analyze(List.of(directory.resolve("base")), options());
    assertThat(profile.findings())
        .isEqualTo(RecordingAnalyzer.analyze(List.of(write(recording)), options()).findings());
    assertThat(profile.notes()).anyMatch(note -> note.contains("later.jfr: empty"));
  }

  @Test
  void whatCannotBeReadAmongOthersIsNamed() throws IOException {
    Path text = Files.writeString(directory.resolve("notes.txt"), "x".repeat(100));
    Path empty = Files.write(directory.resolve("empty.jfr"), new byte[0]);
    LeakProfile profile =
        RecordingAnalyzer.analyze(List.of(text, write(recording), empty), options());
    assertThat(profile.findings()).isNotEmpty();
    assertThat(profile.notes())
        .anyMatch(note -> note.startsWith("notes.txt: left out: not a JFR recording"))
        .anyMatch(note -> note.startsWith("empty.jfr: left out: empty"));
  }

  private static void refused(Path input, String reason) {
    assertThatThrownBy(() -> RecordingAnalyzer.analyze(List.of(input), ReplayOptions.defaults()))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessageContaining(input.toString())
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  /** The result, or empty after the declared exception. */
  private Optional<LeakProfile> attempt(byte[] content, ReplayOptions options) {
    Path file = write(content);
    Optional<LeakProfile> result =
        assertTimeoutPreemptively(
            HANG,
            () -> {
              try {
                return Optional.of(RecordingAnalyzer.analyze(List.of(file), options));
              } catch (UnreadableRecordingException e) {
                assertThat(e).hasMessageContaining(file.toString()).hasMessageNotContaining("\n");
                return Optional.empty();
              }
            });
    assertThat(temp).isEmptyDirectory();
    return result;
  }

  private Path write(byte[] content) {
    try {
      return Files.write(directory.resolve("input.jfr"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ReplayOptions options() {
    return ReplayOptions.defaults().withTempDirectory(temp);
  }

  private List<ReplayOptions> readers() {
    return List.of(options(), options().withInMemoryLimit(0));
  }

  /** Whether so much of the first chunk has what was flushed of it. */
  private static boolean flushedAt(int length) {
    return CutRecordingTest.flushes(Arrays.copyOf(recording, length)).stream()
        .anyMatch(flush -> flush + ChunkHeader.BYTES <= length);
  }

  /** Where the second chunk starts. */
  private static int secondChunk() {
    return (int) ByteBuffer.wrap(recording).getLong(8);
  }
}
