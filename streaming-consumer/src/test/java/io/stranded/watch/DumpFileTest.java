package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.internal.source.TargetFiles;
import io.stranded.liveness.LeakAnalyzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpFileTest {
  private static final TargetFiles FILES = TargetFiles.of(ProcessHandle.current().pid());

  @TempDir Path parent;

  @Test
  void dumpIsPrivateAndGoneWhenClosed() throws IOException {
    Path directory;
    try (DumpFile dump = DumpFile.in(FILES, parent, /* keep= */ false)) {
      directory = dump.path().getParent();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      Files.writeString(dump.path(), "contents of a heap");
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void watchThatIsToldToEndStillDeletesItsDump() throws IOException {
    DumpFile dump = DumpFile.in(FILES, parent, /* keep= */ false);
    Files.writeString(dump.path(), "contents of a heap");
    Thread.currentThread().interrupt();
    dump.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(dump.path().getParent()).doesNotExist();
  }

  @Test
  void dumpIsKeptIfThatIsAskedFor() throws IOException {
    DumpFile dump = DumpFile.in(FILES, parent, /* keep= */ true);
    Files.writeString(dump.path(), "contents of a heap");
    dump.close();
    assertThat(dump.path()).exists();
  }

  @Test
  void dumpThatHasBecomeALinkIsNeitherMeasuredNorAnalyzedNorTouched() throws IOException {
    Path precious = Files.writeString(parent.resolve("precious"), "precious");
    try (DumpFile dump = DumpFile.in(FILES, parent, /* keep= */ false)) {
      Files.createSymbolicLink(dump.path(), precious);
      assertThatThrownBy(dump::size).hasMessageContaining("is a link");
      assertThatThrownBy(() -> dump.analyze(new LeakAnalyzer())).hasMessageContaining("is a link");
      assertThatThrownBy(() -> dump.moveTo(parent.resolve("out")))
          .hasMessageContaining("is a link");
    }
    assertThat(precious).hasContent("precious");
    assertThat(parent.toFile().list()).containsExactly("precious");
  }

  @Test
  void failedAnalysisNamesTheDumpByItsPath() throws IOException {
    try (DumpFile dump = DumpFile.in(FILES, parent, /* keep= */ false)) {
      Files.writeString(dump.path(), "no heap dump at all");
      assertThatThrownBy(() -> dump.analyze(new LeakAnalyzer()))
          .hasMessageStartingWith(dump.path().toString());
    }
  }
}
