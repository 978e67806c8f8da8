package io.stranded.jmc;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.testing.ForkedJvm;
import io.stranded.testing.Jdk;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed jar beside those of Mission Control, and nothing else. */
class PackedRuleIT {
  private static final Path JAR = Path.of("target", "stranded-jmc-rule.jar").toAbsolutePath();

  /** Its libraries, and what they need. */
  private static final Pattern FROM_MISSION_CONTROL =
      Pattern.compile("(common|flightrecorder(\\.rules)?|encoder|lz4.*)-[\\d.]+\\.jar");

  @TempDir Path directory;

  @Test
  void missionControlFindsTheRuleInTheJar() throws Exception {
    Path file;
    try (ForkedJvm jvm =
        Recordings.start(Jdk.current(), directory, List.of(), "Leaks", "leaking", "agent")) {
      file = Recordings.dump(jvm, directory.resolve("leaks.jfr"));
    }
    String missionControl =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> FROM_MISSION_CONTROL.matcher(Path.of(jar).getFileName() + "").matches())
            .collect(Collectors.joining(File.pathSeparator));
    Process report =
        new ProcessBuilder(
                Jdk.current().tool("java"),
                "-cp",
                JAR + File.pathSeparator + missionControl,
                "org.openjdk.jmc.flightrecorder.rules.report.JfrRulesReport",
                "-verbose",
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(report.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(report.waitFor()).isZero();
    assertThat(printed)
        .contains("stranded.Threads", "may never run again", "deadlock")
        .doesNotContain("Error");
  }

  @Test
  void jarIsSmallAndABundleFragment() throws Exception {
    assertThat(Files.size(JAR)).isLessThan(1_000_000);
    try (JarFile jar = new JarFile(JAR.toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Fragment-Host"))
          .isEqualTo("org.openjdk.jmc.flightrecorder.rules");
      assertThat(jar.stream().filter(entry -> entry.getName().endsWith(".class")))
          .allMatch(entry -> entry.getName().startsWith("io/stranded/"));
    }
  }
}
