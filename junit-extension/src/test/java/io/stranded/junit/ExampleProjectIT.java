package io.stranded.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
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
  }
}
