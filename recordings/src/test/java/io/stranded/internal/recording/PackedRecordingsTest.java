package io.stranded.internal.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings as they are mailed: packed, cut, renamed, and files that are none. */
final class PackedRecordingsTest {
  private static byte[] recording = {};

  private final Path directory;
  private final Path temp;

  PackedRecordingsTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.temp = Files.createDirectory(directory.resolve("temp"));
  }

  @BeforeAll
  static void record(@TempDir Path shared) throws IOException {
    try (ForkedJvm jvm = RealRecordings.start(Jdk.current(), shared, "leaking", "agent")) {
      RealRecordings.dump(jvm, shared.resolve("1.jfr"));
      recording = Files.readAllBytes(RealRecordings.dump(jvm, shared.resolve("2.jfr")));
    }
  }

  @Test
  void gzipIsReadWhateverItIsCalled() throws IOException {
    LeakProfile plain = analyze(write("plain.jfr", recording));
    for (String name : List.of("mail.jfr.gz", "mail.jfr", "mail")) {
      LeakProfile unpacked = analyze(write(name, gzip(recording)));
      assertThat(unpacked.findings()).isEqualTo(plain.findings()).isNotEmpty();
      assertThat(unpacked.notes()).noneMatch(note -> note.startsWith("stranded-"));
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void gzipsInADirectoryAreReadAndOtherFilesThereAreNot() throws IOException {
    Path mail = Files.createDirectory(directory.resolve("mail"));
    Files.write(mail.resolve("recording.gz"), gzip(recording));
    Files.write(mail.resolve("notes.gz"), gzip("nothing".getBytes(ISO_8859_1)));
    Files.writeString(mail.resolve("notes.txt"), "nothing");
    assertThat(analyze(mail).findings()).isNotEmpty();
    assertThat(analyze(mail).notes()).noneMatch(note -> note.contains("notes"));
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void zipWithOneRecordingIsReadAndOneOfManyIsNot() throws IOException {
    LeakProfile plain = analyze(write("plain.jfr", recording));
    assertThat(analyze(write("mail.zip", zip(recording, 1))).findings())
        .isEqualTo(plain.findings());
    refused(write("two.zip", zip(recording, 2)), "a zip of several files: unzip it");
    refused(write("none.zip", zip(recording, 0)), "");
    refused(
        write("mail.tgz", gzip(("x".repeat(257) + "ustar").getBytes(ISO_8859_1))),
        "not a JFR recording in the gzip, found a tar: unpack it first");
    refused(
        write("text.zip", zip("text".getBytes(ISO_8859_1), 1)), "not a JFR recording in the zip");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void gzipThatIsCutSaysSoAndWhere() throws IOException {
    byte[] packed = gzip(recording);
    LeakProfile cut = analyze(write("cut.gz", Arrays.copyOf(packed, packed.length - 9)));
    assertThat(cut.findings()).isNotEmpty();
    assertThat(cut.notes())
        .anyMatch(
            note -> note.startsWith("cut.gz: the gzip is cut or damaged: what follows offset"));
    assertThat(cut.unknowns()).contains("part of cut.gz is missing");
    refused(write("short.gz", Arrays.copyOf(packed, 8)), "damaged gzip");
    LeakProfile beside =
        RecordingAnalyzer.analyze(
            List.of(directory.resolve("short.gz"), write("plain.jfr", recording)), options());
    assertThat(beside.notes())
        .anyMatch(note -> note.startsWith("short.gz: left out: damaged gzip"));
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void recordingThatIsCutSaysSoAndWhere() throws IOException {
    refused(write("cut.jfr", Arrays.copyOf(recording, 40)), "cut at offset 40, within the header");
    refused(
        write("cut2.jfr", Arrays.copyOf(recording, 5000)), "the chunk at offset 0 is cut (5000 of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FLR#000#000#000#000#011 | version 0.9, of Oracle's JDK 7u40 to 8u60: JDK Mission Control opens
          JAVA PROFILE 1.0.2#000  | found a heap dump: stranded analyze takes it
          JAVA PROFILE 1.0.3#000  | found a heap dump of Android: hprof-conv
          #000#022portable heap dump | found a portable heap dump of OpenJ9 (.phd)
          0SECTION       TITLE    | found a javacore of OpenJ9
          <?xml version='1.0'?><jra> | found a recording of JRockit
          #177ELF                 | found a core dump: jhsdb jmap
          2026-11-28 10:00:00#012Full thread dump OpenJDK | found a thread dump: stranded analyze --threads
          BZh9                    | found packed with xz, bzip2
          """)
  void fileOfAnotherKindIsNamedWithWhatToDo(String start, String words) throws IOException {
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < start.length(); i++) {
      if (start.charAt(i) == '#') {
        content.append((char) Integer.parseInt(start.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        content.append(start.charAt(i));
      }
    }
    refused(
        write("mail.bin", content.append("x".repeat(99)).toString().getBytes(ISO_8859_1)), words);
  }

  private LeakProfile analyze(Path input) throws IOException {
    return RecordingAnalyzer.analyze(List.of(input), options());
  }

  private void refused(Path input, String reason) {
    assertThatThrownBy(() -> analyze(input))
        .isInstanceOf(UnreadableRecordingException.class)
        .hasMessageStartingWith(input + ": ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private ReplayOptions options() {
    return ReplayOptions.defaults().withTempDirectory(temp);
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] zip(byte[] content, int entries) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(packed)) {
      out.putNextEntry(new ZipEntry("mail/"));
      for (int i = 0; i < entries; i++) {
        out.putNextEntry(new ZipEntry("mail/" + i + ".jfr"));
        out.write(content);
      }
    }
    return packed.toByteArray();
  }
}
