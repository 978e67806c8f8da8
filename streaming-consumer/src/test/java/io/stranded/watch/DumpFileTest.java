package io.stranded.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stranded.source.TargetFiles;
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
  void dumpsOfDeadWatchersAreDeletedAndThoseOfLivingOnesAreNot() throws IOException {
    Path dead = Files.createDirectory(parent.resolve("stranded-dump-999999999-1"));
    Files.writeString(dead.resolve("heap.hprof"), "contents of a heap");
    Path foreign = Files.createDirectory(parent.resolve("stranded-dump-of-a-friend"));
    DumpFile own = DumpFile.in(FILES, parent, /* keep= */ false);
    DumpFile.deleteLeftovers(parent);
    assertThat(dead).doesNotExist();
    assertThat(foreign).exists();
    assertThat(own.path().getParent()).exists();
    own.close();
  }
}
