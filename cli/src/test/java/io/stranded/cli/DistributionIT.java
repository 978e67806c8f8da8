package io.stranded.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is in the packed jar, and what was left out of it without harm. */
class DistributionIT {
  private static final long MOST_BYTES = 18_000_000;

  @Test
  void jarHasLibrariesOfThreeSystemsAndStaysSmall() throws IOException {
    assertThat(Files.size(Distribution.jar())).isLessThan(MOST_BYTES);
    try (JarFile jar = new JarFile(Distribution.jar().toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .filteredOn(name -> name.matches(".*\\.(so|dylib|dll|a|jnilib)"))
          .allMatch(name -> name.matches(".*/(amd64|x86_64|aarch64)/.*"))
          .hasSize(12);
    }
  }

  @Test
  void everyCompressionOfKafkaIsInTheJar() throws IOException, InterruptedException {
    Path tests = Path.of("target", "test-classes").toAbsolutePath();
    Process process =
        new ProcessBuilder(
                List.of(
                    Jdk.current().tool("java"),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    Distribution.jar() + File.pathSeparator + tests,
                    Compressions.class.getName()))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed.lines()).contains("none", "gzip", "snappy", "lz4", "zstd");
  }
}
