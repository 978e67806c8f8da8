package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A project outside the build, with the artifact as it is installed. */
class ExampleProjectIT {
  private static final Path SCRIPT = Path.of("../scripts/example-junit").toAbsolutePath();

  @Test
  void failsAsItShouldAndPassesWhenItIsFixed() throws Exception {
    boolean hasMaven =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mvn")));
    assumeTrue(hasMaven, "no mvn on the path");
    ProcessBuilder builder =
        new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true);
    // Set by Surefire.
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      builder.environment().put("LOCAL_REPOSITORY", repository);
    }
    Process script = builder.start();
    String printed = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(printed).isZero();
    assertThat(withoutNumbers(printed)).contains(withoutNumbers(documentedLeak()));
  }

  private static String documentedLeak() throws IOException {
    String page = Files.readString(Path.of("../docs/junit.md"));
    int start = page.indexOf("shop.CartTest.adds() leaves");
    return page.substring(start, page.indexOf("```", start));
  }

  /** Of threads, bytes, time, and of the JDK's lines. */
  private static String withoutNumbers(String text) {
    return text.replaceAll("#\\d+", "#")
        .replaceAll("[\\d.]+ KiB pinned  [0-9a-f]{16}", "pinned")
        .replaceAll("\\d+ ms", "ms")
        .replaceAll("(java\\.util\\.\\S+\\.java:)\\d+", "$1");
  }
}
