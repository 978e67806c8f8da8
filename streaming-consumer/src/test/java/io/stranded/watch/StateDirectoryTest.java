package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.finding.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  private static final Target TARGET =
      new Target("shop", "host/1/1", "host", 1, "17.0.1+1", Optional.empty());

  private final List<String> log = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void stateIsForItsOwnerAlone() throws IOException {
    Path states = directory.resolve("states");
    StateDirectory opened = new StateDirectory(states, log::add);
    opened.save(state());
    assertThat(rights(states)).isEqualTo("rwx------");
    assertThat(rights(states.resolve("host_1_1.state.json"))).isEqualTo("rw-------");
    assertThat(opened.load(TARGET)).contains(state());
    assertThat(states.toFile().list()).hasSize(1);
    assertThat(log).isEmpty();
  }

  @Test
  void stateThatAllCouldReadIsMadePrivate() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = Files.writeString(directory.resolve("host_1_1.state.json"), state().toJson());
    Files.writeString(directory.resolve("of-another-program"), "");
    StateDirectory opened = new StateDirectory(directory, log::add);
    assertThat(rights(file)).isEqualTo("rw-------");
    assertThat(rights(directory)).isEqualTo("rwxr-xr-x");
    assertThat(opened.loadAll()).containsExactly(state());
  }

  @Test
  void stateIsWrittenThroughNoLink() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious"), "precious");
    StateDirectory opened = new StateDirectory(directory.resolve("states"), log::add);
    Path file = directory.resolve("states").resolve("host_1_1.state.json");
    Files.createSymbolicLink(file, precious);
    Files.createSymbolicLink(file.resolveSibling(file.getFileName() + ".new"), precious);
    opened.save(state());
    assertThat(precious).hasContent("precious");
    assertThat(opened.load(TARGET)).contains(state());
  }

  @Test
  void watchThatIsToldToEndStillSavesItsState() throws IOException {
    StateDirectory opened = new StateDirectory(directory.resolve("states"), log::add);
    Thread.currentThread().interrupt();
    opened.save(state());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(log).isEmpty();
    assertThat(opened.load(TARGET)).contains(state());
  }

  private static TargetState state() {
    return new TargetState(
        TARGET, Instant.EPOCH, 1, Instant.EPOCH, Map.of(), Map.of(), Optional.empty(), Map.of());
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
