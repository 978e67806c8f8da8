package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stranded.testing.Strangers;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFilesTest {
  @TempDir Path directory;

  @Test
  void repositoryIsMadeAnewWhereTheTargetsUserCouldMakeIt() throws IOException {
    TargetFiles files = new TargetFiles(directory, Optional.of(Strangers.one()));
    Path own = Strangers.own(Files.createDirectory(directory.resolve("own")));
    Path forAll = Files.createDirectory(directory.resolve("for-all"));
    Files.setPosixFilePermissions(forAll, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (Path parent : new Path[] {own, forAll}) {
      Path repository = parent.resolve("jfr").resolve("2026_01_01");
      assertThat(files.isMissing(repository)).isTrue();
      files.restore(repository);
      assertThat(files.isMissing(repository)).isFalse();
      assertThat(Files.getOwner(repository)).isEqualTo(Strangers.one());
      assertThat(Files.getOwner(repository.getParent())).isEqualTo(Strangers.one());
    }
  }

  @Test
  void repositoryThatATargetNamesWhereItsUserMayNotWriteIsNotMade() throws IOException {
    TargetFiles files = new TargetFiles(directory, Optional.of(Strangers.one()));
    Path ours = Files.createDirectory(directory.resolve("ours"));
    Path repository = ours.resolve("authorized").resolve("2026_01_01");
    assertThatThrownBy(() -> files.restore(repository))
        .isInstanceOf(FileSystemException.class)
        .hasMessageEndingWith(" may not make it there");
    assertThat(ours).isEmptyDirectory();
  }

  @Test
  void repositoryBehindALinkIsNeitherMissingNorMade() throws IOException {
    TargetFiles files = new TargetFiles(directory, Optional.empty());
    Path ours = Files.createDirectory(directory.resolve("ours"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), ours);
    Path repository = link.resolve("2026_01_01");
    assertThat(files.isMissing(repository)).isFalse();
    assertThatThrownBy(() -> files.restore(link)).hasMessageContaining("is a link");
    assertThat(ours).isEmptyDirectory();
  }

  @Test
  void ownRepositoryIsMadeAnew() throws IOException {
    TargetFiles files = new TargetFiles(directory, Optional.empty());
    Path repository = directory.resolve("jfr").resolve("2026_01_01");
    files.restore(repository);
    assertThat(repository).isEmptyDirectory();
  }

  @Test
  void diskOfADirectoryThatDoesNotExistYetIsThatOfTheOneAbove() {
    TargetFiles files = new TargetFiles(directory, Optional.empty());
    assertThat(files.freeDisk(directory.resolve("none").resolve("none")))
        .isPositive()
        .isLessThan(Long.MAX_VALUE);
  }
}
