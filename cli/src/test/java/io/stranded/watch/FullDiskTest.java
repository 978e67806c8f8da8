package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk under the spool: findings still reach the console, and what is lost is counted. */
class FullDiskTest {
  private static final int PROFILES = 400;
  private static final String SIZE = "256k";

  private final Path spool;

  FullDiskTest(@TempDir Path directory) {
    this.spool = directory.resolve("spool");
  }

  @Test
  void fullFileSystemCostsNoConsoleLine() throws Exception {
    // A file system of its own, in a name space of its own: where the system lets us.
    List<String> mount =
        List.of("unshare", "--map-root-user", "--mount", "sh", "-c", mounting() + "\"$@\"", "sh");
    assumeTrue(canRun(mount), "no mounting in a name space here");
    assertLossIsCounted(run(mount, program()), "No space left on device");
  }

  @Test
  void fileThatCannotGrowCostsNoConsoleLine() throws Exception {
    List<String> limit = List.of("bash", "-c", "ulimit -f 64; exec \"$@\"", "bash");
    assertLossIsCounted(run(limit, program()), "File too large");
  }

  private static void assertLossIsCounted(List<String> printed, String reason) {
    long told = printed.stream().filter(line -> line.startsWith("TOLD findings not")).count();
    assertThat(printed).filteredOn(line -> line.equals("CONSOLE 1")).hasSize(PROFILES);
    assertThat(told).isBetween(1L, PROFILES - 1L);
    assertThat(printed).contains("REFUSED " + told, "PENDING " + (PROFILES - told));
    assertThat(printed)
        .filteredOn(line -> line.startsWith("TOLD findings not delivered: "))
        .allMatch(line -> line.contains(reason))
        .last()
        .asString()
        .endsWith("(" + told + " findings not taken so far)");
    assertThat(printed.get(printed.size() - 1))
        .startsWith("TOLD " + (PROFILES - told) + " findings are not in Kafka yet");
  }

  private String mounting() {
    return "mkdir -p '%s' && mount -t tmpfs -o size=%s,mode=0700 none '%s' && "
        .formatted(spool, SIZE, spool);
  }

  private static boolean canRun(List<String> prefix) throws Exception {
    try {
      return run(prefix, List.of("echo", "mounted")).contains("mounted");
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> program() {
    return List.of(
        Jdk.current().tool("java"),
        "-XX:-UsePerfData",
        "-Xmx64m",
        "-Djava.util.logging.config.file="
            + Path.of("src", "test", "resources", "logging.properties").toAbsolutePath(),
        "-cp",
        System.getProperty("java.class.path"),
        FullDiskProgram.class.getName(),
        spool.toString());
  }

  private static List<String> run(List<String> prefix, List<String> command) throws Exception {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(command);
    // Through a pipe, which the limit of file sizes does not concern.
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return printed.lines().toList();
  }
}
