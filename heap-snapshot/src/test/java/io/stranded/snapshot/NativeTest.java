package io.stranded.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The library's own tests, which are written in C; without a compiler they say so and pass. */
class NativeTest {
  @Test
  void libraryPassesItsOwnTests() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                Path.of("src/test/c/run.sh").toString(),
                Path.of("target/native-tests").toString(),
                System.getProperty("java.home"))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).doesNotContain("FAILED");
  }
}
