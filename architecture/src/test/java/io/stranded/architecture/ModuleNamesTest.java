package io.stranded.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names by which modules require our jars, the plain ones and those with all they need. */
class ModuleNamesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @ParameterizedTest
  @CsvSource({
    "jfr-events/target/stranded-agent.jar, io.stranded.agent",
    "cli/target/stranded.jar, io.stranded.cli",
    "fleet/target/stranded-fleet.jar, io.stranded.fleet",
    "jmc-rule/target/stranded-jmc-rule.jar, io.stranded.jmc"
  })
  void packedJarHasAName(String jar, String name) {
    assertThat(moduleName(ROOT.resolve(jar))).isEqualTo(name);
  }

  @Test
  void everyPlainJarHasANameOfItsOwn() {
    assertThat(plainJars())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("reachability-analyzer", "io.stranded.analyzer"),
                Map.entry("jfr-events", "io.stranded.events"),
                Map.entry("heap-snapshot", "io.stranded.snapshot"),
                Map.entry("kafka-sink", "io.stranded.kafka"),
                Map.entry("endpoint", "io.stranded.endpoint"),
                Map.entry("otlp-sink", "io.stranded.otlp"),
                Map.entry("recordings", "io.stranded.recordings"),
                Map.entry("streaming-consumer", "io.stranded.streaming"),
                Map.entry("cli", "io.stranded.cli"),
                Map.entry("fleet", "io.stranded.fleet"),
                Map.entry("junit-extension", "io.stranded.junit"),
                Map.entry("jmc-rule", "io.stranded.jmc")));
  }

  /** The names of the modules that this one depends on, by folder. */
  private static Map<String, String> plainJars() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(jar -> jar.startsWith(ROOT) && jar.toString().endsWith(".jar"))
        .collect(
            Collectors.toMap(
                jar -> ROOT.relativize(jar).getName(0).toString(), ModuleNamesTest::moduleName));
  }

  private static String moduleName(Path jar) {
    return ModuleFinder.of(jar).findAll().stream()
        .map(ModuleReference::descriptor)
        .map(ModuleDescriptor::name)
        .collect(Collectors.joining());
  }
}
