package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long CAP = Spool.DEFAULT_CAP_BYTES;
  private final Path directory;

  SpoolTest(@TempDir Path temp) {
    this.directory = temp.resolve("spool");
  }

  @Test
  void appendedRecordsComeInOrderAlsoAfterReopening() throws Exception {
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("a", "b"));
      spool.append(lines("c"));
    }
    try (Spool spool = Spool.open(directory, CAP)) {
      assertThat(spool.pending()).isEqualTo(3);
      assertThat(drain(spool)).containsExactly("a", "b", "c");
      assertThat(spool.pending()).isZero();
    }
  }

  @Test
  void reopenedSpoolResumesBehindWhatWasDelivered() throws Exception {
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("a", "b"));
      spool.append(lines("c", "d"));
      SpoolBatch batch = spool.next(4, 0).orElseThrow();
      assertThat(texts(batch)).containsExactly("a", "b");
      spool.delivered(batch);
    }
    try (Spool spool = Spool.open(directory, CAP)) {
      assertThat(spool.pending()).isEqualTo(2);
      assertThat(drain(spool)).containsExactly("c", "d");
    }
  }

  @Test
  void undeliveredBatchComesAgain() throws Exception {
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("a"));
      assertThat(texts(spool.next(100, 0).orElseThrow())).containsExactly("a");
      assertThat(texts(spool.next(100, 0).orElseThrow())).containsExactly("a");
    }
  }

  @Test
  void whatIsBehindABatchCanBeReadAheadAlsoOfTheNextSegment() throws Exception {
    try (Spool spool = Spool.open(directory, 1600)) {
      spool.append(lines("a", "b"));
      spool.append(lines("x".repeat(98)));
      SpoolBatch first = spool.next(2, 0).orElseThrow();
      SpoolBatch second = spool.after(first, 2).orElseThrow();
      SpoolBatch third = spool.after(second, 100).orElseThrow();
      assertThat(texts(first)).containsExactly("a");
      assertThat(texts(second)).containsExactly("b");
      assertThat(texts(third)).containsExactly("x".repeat(98));
      assertThat(spool.after(third, 100)).isEmpty();
      assertThat(texts(spool.next(2, 0).orElseThrow())).containsExactly("a");
    }
  }

  @Test
  void recordLargerThanABatchComesWhole() throws Exception {
    String large = "x".repeat(100_000);
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("a", large, "b"));
      assertThat(drain(spool)).containsExactly("a", large, "b");
    }
  }

  @Test
  void deliveredSegmentsAreDeletedAndAnEmptySpoolLeavesNoRecords() throws Exception {
    try (Spool spool = Spool.open(directory, 1600)) {
      for (int i = 0; i < 10; i++) {
        spool.append(lines("x".repeat(60)));
      }
      assertThat(segments()).hasSize(10);
      drain(spool);
      assertThat(segments()).hasSize(1);
    }
    assertThat(segments()).isEmpty();
    try (Spool spool = Spool.open(directory, 1600)) {
      spool.append(lines("next"));
      assertThat(drain(spool)).containsExactly("next");
    }
  }

  @Test
  void tornTailIsCutOffAndTheRestIsKept() throws Exception {
    leave("a", "b");
    append(segments().get(0), "{\"half\":".getBytes(StandardCharsets.UTF_8));
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("c"));
      assertThat(drain(spool)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void tailFilledWithZerosIsCutOff() throws Exception {
    leave("a", "b");
    append(segments().get(0), new byte[5000]);
    append(segments().get(0), "of a later block\n".getBytes(StandardCharsets.UTF_8));
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("c"));
      assertThat(drain(spool)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void damagedOffsetMeansRepeatsAndNoLoss() throws Exception {
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines("a"));
      spool.delivered(spool.next(100, 0).orElseThrow());
      spool.append(lines("b"));
    }
    Files.write(directory.resolve(SpoolOffset.FILE), new byte[16]);
    try (Spool spool = Spool.open(directory, CAP)) {
      assertThat(drain(spool)).containsExactly("a", "b");
    }
  }

  @Test
  void fullSpoolDropsTheOldestAndCountsThemForEver() throws Exception {
    List<String> all = IntStream.range(0, 100).mapToObj("record-%02d"::formatted).toList();
    try (Spool spool = Spool.open(directory, 500)) {
      for (String record : all) {
        spool.append(lines(record));
      }
      assertThat(spool.dropped()).isPositive();
      assertThat(spool.pending() + spool.dropped()).isEqualTo(all.size());
    }
    try (Spool spool = Spool.open(directory, 500)) {
      int dropped = (int) spool.dropped();
      assertThat(drain(spool)).isEqualTo(all.subList(dropped, all.size()));
    }
  }

  @Test
  void recordDroppedOnItsWayAndDeliveredAllTheSameIsNotCounted() throws Exception {
    try (Spool spool = Spool.open(directory, 100)) {
      spool.append(lines("a".repeat(50)));
      SpoolBatch onItsWay = spool.next(100, 0).orElseThrow();
      spool.append(lines("b".repeat(70)));
      assertThat(spool.dropped()).isEqualTo(1);
      spool.delivered(onItsWay);
      assertThat(spool.dropped()).isZero();
      assertThat(drain(spool)).containsExactly("b".repeat(70));
    }
  }

  @Test
  void moreThanTheCapAtOnceIsRefused() throws Exception {
    try (Spool spool = Spool.open(directory, 100)) {
      spool.append(lines("a"));
      assertThatThrownBy(() -> spool.append(lines("x".repeat(100))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cap of 100");
      assertThat(drain(spool)).containsExactly("a");
    }
  }

  @Test
  void secondWriterInTheProcessIsRefusedAndTheLockStaysHeld() throws Exception {
    try (Spool spool = Spool.open(directory, CAP)) {
      assertThatThrownBy(() -> Spool.open(directory, CAP))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by this process");
      // On POSIX, the refused one letting go of the file could have let go of the lock.
      assertThat(SpoolProgram.run("open", directory)).contains("in use by process");
      spool.append(lines("a"));
    }
    assertThat(SpoolProgram.run("open", directory)).contains("OPENED");
  }

  @Test
  void onlyTheOwnerCanReadIt() throws Exception {
    leave("a");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    for (Path file : files()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(file.toString())
          .isEqualTo("rw-------");
    }
  }

  @Test
  void directoryOfSomethingElseIsLeftAlone() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("thesis.tex"), "");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> Spool.open(directory, CAP)).hasMessageContaining("holds other files");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void interruptedCallerDoesNotBreakIt() throws Exception {
    try (Spool spool = Spool.open(directory, 1600)) {
      spool.append(lines("a"));
      Thread.currentThread().interrupt();
      spool.append(lines("b"));
      spool.append(lines("c".repeat(200)));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(drain(spool)).containsExactly("a", "b", "c".repeat(200));
    }
  }

  @Test
  void whatDidNotFitOnTheDiskIsRefusedAndWhatDidIsKept() throws Exception {
    String printed = SpoolProgram.runWithFileLimit("fill", directory);
    int acknowledged = (int) printed.lines().filter(line -> line.startsWith("ACK")).count();
    assertThat(printed).contains("REFUSED");
    assertThat(acknowledged).isPositive();
    try (Spool spool = Spool.open(directory, CAP)) {
      assertThat(drain(spool)).hasSize(acknowledged);
    }
  }

  private void leave(String... records) throws IOException {
    try (Spool spool = Spool.open(directory, CAP)) {
      spool.append(lines(records));
    }
  }

  private List<Path> segments() throws IOException {
    return files().stream().filter(file -> file.toString().matches(".*\\d+\\.jsonl")).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }

  private static void append(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.APPEND);
  }

  private static List<byte[]> lines(String... records) {
    return Stream.of(records).map(record -> record.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static List<String> texts(SpoolBatch batch) {
    return batch.lines().stream().map(line -> new String(line, StandardCharsets.UTF_8)).toList();
  }

  private static List<String> drain(Spool spool) throws IOException, InterruptedException {
    List<String> records = new ArrayList<>();
    for (Optional<SpoolBatch> batch = spool.next(100, 0);
        batch.isPresent();
        batch = spool.next(100, 0)) {
      records.addAll(texts(batch.get()));
      spool.delivered(batch.get());
    }
    return records;
  }
}
