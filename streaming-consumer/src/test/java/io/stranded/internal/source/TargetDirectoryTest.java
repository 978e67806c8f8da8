package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.internal.files.HeldFile;
import io.stranded.internal.source.TargetDirectory.Kind;
import io.stranded.testing.Strangers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TargetDirectoryTest {
  private static final byte[] BYTES = "ours".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private Path root;
  private Path precious;

  @BeforeEach
  void makeRoots() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    precious = Files.writeString(directory.resolve("precious"), "precious");
  }

  @Test
  void directoryAndItsFilesArePrivateAndGoneWhenClosed() throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.empty());
    Path parent = root.resolve("tmp");
    try (TargetDirectory made = TargetDirectory.make(files, parent, Kind.LEAK)) {
      made.write("leak.properties", BYTES);
      made.handOver();
      Path file = made.here("leak.properties");
      assertThat(file).hasContent("ours");
      assertThat(rights(file)).isEqualTo("rw-------");
      assertThat(rights(made.here(""))).isEqualTo("rwx------");
      assertThat(files.there(file)).isEqualTo(Path.of("/").resolve(root.relativize(file)));
    }
    assertThat(parent).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DUMP", "KEPT"})
  void whatTheTargetHasLoadedIsWholeForItWhenItIsDeleted(Kind kind) throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.empty());
    String name = nameOfAFile(kind);
    TargetDirectory made = TargetDirectory.make(files, root.resolve("tmp"), kind);
    made.write(name, BYTES);
    try (InputStream loaded = Files.newInputStream(made.here(name))) {
      made.close();
      assertThat(root.resolve("tmp")).isEmptyDirectory();
      assertThat(loaded).hasContent("ours");
    }
  }

  static String nameOfAFile(Kind kind) {
    return switch (kind) {
      case AGENT -> "stranded-agent.jar";
      case SNAPSHOT -> "libstranded-snapshot.so";
      case BEANS -> "socket";
      case LEAK -> "leak.properties";
      case THREADS -> "threads.json";
      case DUMP, KEPT -> "heap.hprof";
    };
  }

  @Test
  void containerWhoseTemporaryDirectoryIsALinkGetsNothing() throws IOException {
    Path ours = Files.createDirectory(directory.resolve("ours"));
    Files.createSymbolicLink(root.resolve("tmp"), ours);
    TargetFiles files = new TargetFiles(root, Optional.empty());
    assertThatThrownBy(() -> TargetDirectory.make(files, root.resolve("tmp"), Kind.AGENT))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a link");
    assertThat(ours).isEmptyDirectory();
  }

  @Test
  void anotherUserGetsTheFilesAndThenTheDirectory() throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.of(Strangers.one()));
    try (TargetDirectory made = TargetDirectory.make(files, root.resolve("tmp"), Kind.LEAK)) {
      Path file = made.here("leak.properties");
      made.write("leak.properties", BYTES);
      assertThat(Files.getOwner(file)).isEqualTo(Strangers.one());
      assertThat(Files.getOwner(made.here(""))).isNotEqualTo(Strangers.one());
      made.handOver();
      assertThat(Files.getOwner(made.here(""))).isEqualTo(Strangers.one());
    }
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void fileThatIsWrittenLaterIsGivenAwayWhereNobodyCanReplaceIt() throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.of(Strangers.one()));
    try (TargetDirectory made = TargetDirectory.make(files, root.resolve("tmp"), Kind.SNAPSHOT)) {
      made.handOver();
      Files.setPosixFilePermissions(made.here(""), PosixFilePermissions.fromString("rwxrwxrwx"));
      made.write("snapshot-0", BYTES);
      assertThat(Files.getPosixFilePermissions(made.here("")))
          .as("what its owner allowed others, who are he when it is ours again")
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getOwner(made.here("snapshot-0"))).isEqualTo(Strangers.one());
      assertThat(Files.getOwner(made.here(""))).isEqualTo(Strangers.one());
      Strangers.own(Files.createSymbolicLink(made.here("snapshot-1"), precious));
      assertThatThrownBy(() -> made.write("snapshot-1", BYTES))
          .isInstanceOf(FileSystemException.class);
      assertThat(made.has("snapshot-1")).isTrue();
      assertThatThrownBy(() -> made.open("snapshot-1")).hasMessageContaining("is a link");
      made.delete("snapshot-1");
      assertThat(made.has("snapshot-1")).isFalse();
    }
    assertThat(precious).hasContent("precious");
    assertThat(Files.getOwner(precious)).isNotEqualTo(Strangers.one());
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void linkThatAnotherUserPutsInsteadOfHisDumpIsNeitherReadNorCutNorGiven() throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.of(Strangers.one()));
    try (TargetDirectory made = TargetDirectory.make(files, root.resolve("tmp"), Kind.DUMP)) {
      made.handOver();
      Strangers.own(Files.createSymbolicLink(made.here("heap.hprof"), precious));
      assertThatThrownBy(made::takeBack).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> made.open("heap.hprof")).hasMessageContaining("is a link");
      assertThatThrownBy(() -> made.moveOut("heap.hprof", directory.resolve("out")))
          .hasMessageContaining("is a link");
    }
    assertThat(precious).hasContent("precious");
    assertThat(Files.getOwner(precious)).isNotEqualTo(Strangers.one());
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void dumpOfAnotherUserIsTakenBackWithItsDirectory() throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.of(Strangers.one()));
    try (TargetDirectory made = TargetDirectory.make(files, root.resolve("tmp"), Kind.DUMP)) {
      made.handOver();
      Path dump = Strangers.own(Files.writeString(made.here("heap.hprof"), "a dump"));
      made.takeBack();
      assertThat(Files.getOwner(dump)).isEqualTo(Files.getOwner(precious));
      assertThat(Files.getOwner(made.here(""))).isEqualTo(Files.getOwner(precious));
      try (HeldFile file = made.open("heap.hprof")) {
        assertThat(file.bytes()).hasContent("a dump");
      }
    }
  }

  @Test
  void whatElseIsPutThereStaysAndHindersNothing() throws IOException {
    TargetFiles files = new TargetFiles(root, Optional.empty());
    Path kept;
    try (TargetDirectory made = TargetDirectory.make(files, root.resolve("tmp"), Kind.DUMP)) {
      kept = made.here("");
      Files.writeString(made.here("theirs"), "theirs");
      Files.writeString(made.here("heap.hprof"), "a dump");
      Files.writeString(made.here("heap.hprof.p0"), "a part of it");
    }
    assertThat(kept.toFile().list()).containsExactly("theirs");
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
