package io.stranded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Target;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveKeysTest {
  private final Instant now = Instant.now();
  private final Path directory;

  LiveKeysTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void keysAreThereAfterReopening() throws Exception {
    LiveKeys keys = LiveKeys.open(directory);
    keys.add(target("a", "elsewhere", 1), now, List.of("2|a", "1|a"));
    keys.add(target("b", "elsewhere", 2), now, List.of("1|b"));
    keys.add(target("a", "elsewhere", 1), now, List.of("1|a", "3|a"));
    LiveKeys again = LiveKeys.open(directory);
    assertThat(again.of("a")).containsExactly("1|a", "2|a", "3|a");
    again.remove("a");
    LiveKeys third = LiveKeys.open(directory);
    assertThat(third.of("a")).isEmpty();
    assertThat(third.of("b")).containsExactly("1|b");
  }

  @Test
  void halfALineIsLeftOutAndTheNextIsNot() throws Exception {
    LiveKeys.open(directory).add(target("a", "elsewhere", 1), now, List.of("1|a"));
    Files.writeString(file(), "{\"key\":\"2|", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    LiveKeys.open(directory).add(target("a", "elsewhere", 1), now, List.of("3|a"));
    assertThat(LiveKeys.open(directory).of("a")).containsExactly("1|a", "3|a");
  }

  @Test
  void jvmOfThisHostWhoseProcessIsOverHasEnded() throws Exception {
    Process over = new ProcessBuilder("true").start();
    over.waitFor();
    long own = ProcessHandle.current().pid();
    String here = InetAddress.getLocalHost().getHostName();
    LiveKeys keys = LiveKeys.open(directory);
    keys.add(target("over", here, over.pid()), now, List.of("1|over"));
    keys.add(target("elsewhere", here + ".not", over.pid()), now, List.of("1|elsewhere"));
    keys.add(target("running", here, own), now, List.of("1|running"));
    keys.add(target("former", here, own), Instant.EPOCH, List.of("1|former"));
    assertThat(keys.ended()).containsExactly("over", "former");
  }

  @Test
  void onlyTheOwnerCanReadThem() throws Exception {
    LiveKeys.open(directory).add(target("a", "elsewhere", 1), now, List.of("1|a"));
    LiveKeys.open(directory);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  private Path file() {
    return directory.resolve(LiveKeys.FILE);
  }

  private static Target target(String instance, String host, long pid) {
    return new Target("orders", instance, host, pid, "17");
  }
}
