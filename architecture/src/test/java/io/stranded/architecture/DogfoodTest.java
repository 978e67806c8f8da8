package io.stranded.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.leaks.Quiescence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Our own tests leave no thread behind, and do not hang: that this is looked at. */
class DogfoodTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");
  private static final Pattern PARAMETERS =
      Pattern.compile("<configurationParameters>(.*?)</configurationParameters>", Pattern.DOTALL);

  /** What stranded-junit needs itself, and its own tests, which leave threads behind on purpose. */
  private static final Set<String> WITHOUT =
      Set.of("reachability-analyzer", "heap-snapshot", "junit-extension");

  @Test
  void everyModuleThatCanHaveItHasIt() {
    assertThat(modules())
        .allSatisfy(
            module ->
                assertThat(pom(module))
                    .as(module)
                    .contains("<artifactId>stranded-junit</artifactId>"));
  }

  @Test
  void whereverTestsAreConfiguredItIsOn() {
    List<String> configured =
        Stream.concat(Stream.of(""), modules().stream())
            .flatMap(module -> PARAMETERS.matcher(pom(module)).results())
            .map(MatchResult::group)
            .toList();
    assertThat(configured)
        .isNotEmpty()
        .allSatisfy(
            parameters ->
                assertThat(parameters.lines().map(String::strip))
                    .contains(
                        "junit.jupiter.extensions.autodetection.enabled = true",
                        "stranded.threadleaks = true",
                        "stranded.failIfStranded = true"));
  }

  @Test
  void thisTestIsLookedAt() throws TimeoutException {
    // Refused where it is not.
    Quiescence.await();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .contains("stranded-watchdog");
  }

  private static List<String> modules() {
    String all = pom("");
    return MODULE
        .matcher(all.substring(0, all.indexOf("</modules>")))
        .results()
        .map(module -> module.group(1))
        .filter(module -> !WITHOUT.contains(module))
        .toList();
  }

  private static String pom(String module) {
    try {
      return Files.readString(ROOT.resolve(module).resolve("pom.xml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
