package io.stranded.internal.hprof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.UnreadableDumpException;
import io.stranded.finding.Verdict;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.DumpBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gzipped dumps are dumps, whatever they are called. */
class GzippedDumpTest {
  private static final int BLOCK = 500;

  @TempDir Path directory;
  private final byte[] dump = dumpWithALeak();

  @Test
  void ordinaryGzipUnderAnyName() throws IOException {
    assertLeakIsFound(analyze(gzip(dump)));
  }

  @Test
  void manyMembers() throws IOException {
    assertLeakIsFound(analyze(members()));
  }

  @Test
  void headerWithEverythingThatTheFormatAllows() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    // Flags: text, header checksum, extra field, name, comment.
    file.write(new byte[] {0x1f, (byte) 0x8b, 8, 0x1f, 0, 0, 0, 0, 0, 0});
    file.write(new byte[] {3, 0, 'a', 'b', 'c', 'n', 0, 'H', 'P', 0});
    CRC32 checksum = new CRC32();
    checksum.update(file.toByteArray());
    file.write((int) checksum.getValue());
    file.write((int) checksum.getValue() >> 8);
    byte[] plain = gzip(dump);
    file.write(plain, 10, plain.length - 10);
    assertLeakIsFound(analyze(file.toByteArray()));
  }

  @Test
  void progressIsToldInBytesOfTheFile() throws IOException {
    byte[] packed = members();
    Path file = Files.write(directory.resolve("dump"), packed);
    List<Long> seen = new ArrayList<>();
    new LeakAnalyzer()
        .progress(
            (stage, done, total) -> {
              if (stage.equals("unpacking")) {
                assertThat(total).isEqualTo(packed.length);
                seen.add(done);
              }
            })
        .analyze(file);
    assertThat(seen).hasSizeGreaterThan(1).isSorted().last().isEqualTo((long) packed.length);
  }

  @Test
  void cutAnywhereItIsIncompleteOrNoDump() throws IOException {
    byte[] packed = members();
    for (int length = 2; length < packed.length; length++) {
      try {
        LeakProfile profile = analyze(Arrays.copyOf(packed, length));
        assertThat(profile.dump().orElseThrow().complete()).as("cut at %d", length).isFalse();
        assertThat(profile.findings()).noneMatch(f -> f.verdict() == Verdict.LEAKED);
      } catch (UnreadableDumpException e) {
        assertThat(length).as(e.getMessage()).isLessThan(200);
      }
    }
  }

  @Test
  void wrongBytesAreAnErrorThatNamesTheMember() throws IOException {
    byte[] packed = members();
    int second = gzip(Arrays.copyOf(dump, BLOCK)).length;
    packed[second + 40] ^= 0x10;
    assertRefused(packed, "damaged gzip: member at offset " + second);
  }

  @Test
  void wrongChecksumIsAnError() throws IOException {
    byte[] packed = gzip(dump);
    packed[packed.length - 8] ^= 1;
    assertRefused(packed, "checksum or length does not match");
  }

  @Test
  void whatFollowsMustBeAMember() throws IOException {
    byte[] packed = Arrays.copyOf(gzip(dump), gzip(dump).length + 20);
    assertRefused(packed, "expected the magic 1f 8b 08");
  }

  @Test
  void gzipOfSomethingElseIsRefusedBeforeItFillsTheDisk() throws IOException {
    assertRefused(gzip(new byte[1 << 20]), "not a heap dump: expected 'JAVA PROFILE 1.0.1'");
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    long before = spooled();
    Path file = Files.write(directory.resolve("dump"), members());
    try (DumpFile open = DumpFile.open(file)) {
      assertThat(open.size()).isEqualTo(dump.length);
      assertThat(spooled()).isEqualTo(before);
    }
    assertRefused(Arrays.copyOf(gzip(new byte[100]), 30), "not a heap dump");
    assertThat(spooled()).isEqualTo(before);
  }

  private static long spooled() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("stranded-spool-")).count();
    }
  }

  private LeakProfile analyze(byte[] bytes) throws IOException {
    return new LeakAnalyzer().analyze(Files.write(directory.resolve("heap.hprof"), bytes));
  }

  private void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> analyze(bytes))
        .isInstanceOf(UnreadableDumpException.class)
        .hasMessageStartingWith(directory.resolve("heap.hprof") + ": ")
        .hasMessageContaining(reason);
  }

  private void assertLeakIsFound(LeakProfile profile) {
    assertThat(profile.dump().orElseThrow().complete()).isTrue();
    assertThat(profile.dump().orElseThrow().bytes()).isEqualTo(dump.length);
    assertThat(profile.findings()).extracting(Finding::verdict).containsExactly(Verdict.LEAKED);
  }

  private byte[] members() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int at = 0; at < dump.length; at += BLOCK) {
      members.write(gzip(Arrays.copyOfRange(dump, at, Math.min(dump.length, at + BLOCK))));
    }
    return members.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] dumpWithALeak() {
    DumpBuilder dump =
        new DumpBuilder().type("java.util.concurrent.FutureTask", "java.lang.Object", "state:int");
    dump.thread("waiter").parkedOn(dump.object("java.util.concurrent.FutureTask", Map.of()));
    return dump.build();
  }
}
