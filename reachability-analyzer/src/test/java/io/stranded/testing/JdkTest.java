package io.stranded.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Says, as a test that is skipped, which JDKs are missing, with all cases that need them. */
class JdkTest {
  static Stream<Integer> wanted() {
    return Jdk.WANTED.stream();
  }

  @ParameterizedTest
  @MethodSource("wanted")
  void jdkThatLiveTestsWantIsThere(int feature) {
    assumeTrue(
        Jdk.find(feature).isPresent(),
        "there is no JDK " + feature + ": what only it shows is not tested");
    assertThat(Jdk.targets()).anyMatch(jdk -> jdk.feature() == feature);
    assertThat(Files.isExecutable(Path.of(Jdk.find(feature).orElseThrow().tool("java")))).isTrue();
  }
}
