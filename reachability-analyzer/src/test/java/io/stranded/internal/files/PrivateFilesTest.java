package io.stranded.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  private static final byte[] BYTES = "ours".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  @Test
  void fileIsReplacedAsAWholeAndPrivate() throws IOException {
    Path file = directory.resolve("file");
    Files.writeString(file, "former");
    Files.writeString(directory.resolve("file.new"), "of one that was killed");
    PrivateFiles.replace(file, BYTES);
    assertThat(file).hasContent("ours");
    assertThat(rights(file)).isEqualTo("rw-------");
    assertThat(directory.toFile().list()).containsExactly("file");
  }

  @Test
  void replacingAFileWritesThroughNoLink() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious"), "precious");
    Path file = Files.createSymbolicLink(directory.resolve("file"), precious);
    Files.createSymbolicLink(directory.resolve("file.new"), precious);
    PrivateFiles.replace(file, BYTES);
    assertThat(file).isRegularFile().hasContent("ours");
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(precious).hasContent("precious");
  }

  @Test
  void interruptLosesNoFile() throws IOException {
    Path file = directory.resolve("file");
    Thread.currentThread().interrupt();
    PrivateFiles.replace(file, BYTES);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(file).hasContent("ours");
  }

  @Test
  void openingMakesAFileAndFollowsNoLink() throws IOException {
    Path file = directory.resolve("file");
    for (int i = 0; i < 2; i++) {
      try (RandomAccessFile opened = PrivateFiles.open(file)) {
        opened.write(BYTES);
      }
    }
    assertThat(rights(file)).isEqualTo("rw-------");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThatThrownBy(() -> PrivateFiles.open(link)).isInstanceOf(FileSystemException.class);
  }

  @Test
  void temporaryFilesArePrivateAndNewOnesAreNew() throws IOException {
    assertThat(rights(PrivateFiles.createTemporary(directory, ".jfr"))).isEqualTo("rw-------");
    try (FileChannel channel = PrivateFiles.openTemporary(directory, "spool-", ".hprof")) {
      assertThat(channel.size()).isZero();
    }
    assertThat(directory.toFile().list()).hasSize(1);
    Path file = directory.resolve("file");
    PrivateFiles.writeNew(file, BYTES);
    assertThat(rights(file)).isEqualTo("rw-------");
    assertThatThrownBy(() -> PrivateFiles.writeNew(file, BYTES))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("ours");
  }

  @Test
  void directoryOfOurFilesIsMadePrivate() throws IOException {
    Path fresh = directory.resolve("fresh");
    PrivateFiles.createDirectory(fresh, name -> name.endsWith(".ours"));
    assertThat(rights(fresh)).isEqualTo("rwx------");

    Path former = open(directory.resolve("former"), "rwxr-xr-x");
    Files.writeString(former.resolve("a.ours"), "ours");
    PrivateFiles.createDirectory(former, name -> name.endsWith(".ours"));
    assertThat(rights(former)).isEqualTo("rwx------");
  }

  @Test
  void directoryThatHoldsOtherFilesKeepsItsRights() throws IOException {
    Path shared = open(directory.resolve("shared"), "rwxr-xr-x");
    Path ours = Files.writeString(shared.resolve("a.ours"), "ours");
    Path theirs = Files.writeString(shared.resolve("a.theirs"), "theirs");
    String rights = rights(theirs);
    Files.createSymbolicLink(shared.resolve("link.ours"), theirs);
    PrivateFiles.createDirectory(shared, name -> name.endsWith(".ours"));
    assertThat(rights(shared)).isEqualTo("rwxr-xr-x");
    assertThat(rights(ours)).isEqualTo("rw-------");
    assertThat(rights(theirs)).isEqualTo(rights);
  }

  private static Path open(Path path, String rights) throws IOException {
    Files.createDirectory(path);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
