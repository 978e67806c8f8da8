package io.stranded.internal.hprof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.UnreadableDumpException;
import io.stranded.liveness.LeakAnalyzer;
import io.stranded.testing.DumpBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no heap dump gets one line that says why, whatever it is. */
class UnreadableInputTest {
  @TempDir Path directory;

  @Test
  void missingFile() {
    assertRefused(directory.resolve("none"), "no such file");
  }

  @Test
  void missingFolder() throws IOException {
    assertRefused(file("text").resolve("below-a-file"), "Not a directory");
  }

  @Test
  void directory() {
    assertRefused(directory, "is a directory, expected a heap dump");
  }

  @Test
  void emptyFile() throws IOException {
    assertRefused(file(""), "is empty, expected a heap dump");
  }

  @Test
  void pipeIsNotWaitedFor() throws Exception {
    Path pipe = directory.resolve("pipe");
    try {
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    } catch (IOException e) {
      Assumptions.abort("no mkfifo here");
    }
    assertRefused(pipe, "is no regular file, expected a heap dump");
  }

  @Test
  void deviceIsNotRead() {
    Path device = Path.of("/dev/zero");
    Assumptions.assumeTrue(Files.exists(device));
    assertRefused(device, "is no regular file, expected a heap dump");
  }

  @Test
  void noPermission() throws IOException {
    Path file = file("JAVA PROFILE 1.0.2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(file), "root may read everything");
    assertRefused(file, "permission denied");
  }

  @Test
  void textFile() throws IOException {
    assertRefused(
        file("just some text\n"),
        "not a heap dump: expected 'JAVA PROFILE 1.0.1' or 1.0.2 at offset 0");
  }

  @Test
  void otherFilesOfJvmsAreNamedWithWhatToDo() throws IOException {
    assertRefused(file("JAVA PROFILE 1.0.3\0"), "found a heap dump of Android: hprof-conv");
    assertRefused(file("\0\022portable heap dump"), "found a portable heap dump of OpenJ9 (.phd)");
    assertRefused(file("0SECTION       TITLE"), "found a javacore of OpenJ9");
    assertRefused(file("\177ELF"), "found a core dump: jhsdb jmap --binaryheap");
    assertRefused(
        file("2026-11-28 10:00:00\nFull thread dump OpenJDK"),
        "found a thread dump: stranded analyze --threads");
    assertRefused(file("PK\003\004"), "found a zip: unzip it first");
  }

  @Test
  void flightRecording() throws IOException {
    assertRefused(file("FLR\0\0\2\0\0"), "found a flight recording: stranded replay");
  }

  @Test
  void otherVersion() throws IOException {
    assertRefused(file("JAVA PROFILE 1.0.3\0\0\0\0\u0008"), "expected 'JAVA PROFILE 1.0.1'");
  }

  @Test
  void zeroBytes() throws IOException {
    assertRefused(file("\0".repeat(4096)), "expected 'JAVA PROFILE 1.0.1'");
  }

  @Test
  void headerCutAnywhere() throws IOException {
    byte[] dump = new DumpBuilder().build();
    Path file = directory.resolve("dump");
    for (int length = 19; length < 31; length++) {
      Files.write(file, java.util.Arrays.copyOf(dump, length));
      assertRefused(file, "ends at offset " + length + " within its header");
    }
  }

  @Test
  void strangeIdSize() throws IOException {
    byte[] dump = new DumpBuilder().build();
    ByteBuffer.wrap(dump).putInt(19, 16);
    Path file = Files.write(directory.resolve("dump"), dump);
    assertRefused(file, "expected an id size of 4 or 8 at offset 19, found 16");
  }

  private Path file(String content) throws IOException {
    return Files.write(directory.resolve("input"), content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> new LeakAnalyzer().analyze(file))
        .isInstanceOf(UnreadableDumpException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }
}
