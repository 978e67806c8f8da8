package io.stranded.internal.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.finding.LeakProfile;
import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A recording that was cut within a chunk, which the JVM flushes once a second from JDK 14 on. */
final class CutRecordingTest {
  @TempDir Path directory;

  static List<Jdk> jdks() {
    return Jdk.targets();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void whatWasFlushedOfACutChunkIsRead(Jdk jdk) throws IOException, InterruptedException {
    byte[] whole = recordWithFlushes(jdk);
    List<Integer> flushes = flushes(whole);
    int last = flushes.get(flushes.size() - 2); // the very last one is the end of the chunk
    Path cut = Files.write(directory.resolve("cut.jfr"), Arrays.copyOf(whole, last + 99));
    for (ReplayOptions options :
        List.of(ReplayOptions.defaults(), ReplayOptions.defaults().withInMemoryLimit(0))) {
      LeakProfile profile = RecordingAnalyzer.analyze(List.of(cut), options);
      assertThat(profile.findings()).isNotEmpty();
      assertThat(profile.unknowns()).contains("part of cut.jfr is missing");
      assertThat(profile.notes())
          .contains(
              ("cut.jfr: the chunk at offset 0 is cut (%d of its %d bytes are there): its events"
                      + " are read up to the last flush, at offset %d")
                  .formatted(last + 99, whole.length, last));
    }
    Files.write(cut, Arrays.copyOf(whole, flushes.get(0) + 50));
    assertThatThrownBy(() -> RecordingAnalyzer.analyze(List.of(cut), ReplayOptions.defaults()))
        .hasMessageEndingWith("bytes are there): its events are lost");
  }

  private byte[] recordWithFlushes(Jdk jdk) throws IOException, InterruptedException {
    try (ForkedJvm jvm = RealRecordings.start(jdk, directory, "leaking", "agent")) {
      int before = flushesSoFar();
      while (flushesSoFar() < before + 2) { // one may have been under way
        Thread.sleep(20);
      }
      return Files.readAllBytes(RealRecordings.dump(jvm, directory.resolve("whole.jfr")));
    }
  }

  private int flushesSoFar() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      Path chunk = files.filter(file -> file.toString().endsWith(".jfr")).findFirst().orElseThrow();
      return flushes(Files.readAllBytes(chunk)).size();
    }
  }

  /** Where in the first chunk there are headers of it as it was flushed. */
  static List<Integer> flushes(byte[] recording) {
    String magic = new String(ChunkHeader.MAGIC, ISO_8859_1);
    String text = new String(recording, ISO_8859_1);
    List<Integer> flushes = new ArrayList<>();
    for (int at = text.indexOf(magic, 1); at > 0; at = text.indexOf(magic, at + 1)) {
      flushes.add(at);
    }
    return flushes;
  }
}
