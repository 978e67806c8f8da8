package io.stranded.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.internal.source.TargetDirectory.Kind;
import io.stranded.testing.Strangers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeftoversTest {
  private static final SidecarProcess US = SidecarProcess.us();
  private static final SidecarProcess DEAD = new SidecarProcess(999_999_999, 1, US.space());

  @TempDir Path directory;

  private Path parent;
  private Path precious;
  private TargetFiles files;

  @BeforeEach
  void makeParent() throws IOException {
    parent = Files.createDirectory(directory.resolve("tmp"));
    precious = Files.writeString(directory.resolve("precious"), "precious");
    files = new TargetFiles(directory, Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEPT")
  void whatTheDeadHaveLeftIsDeletedAndWhatTheLivingUseIsNot(Kind kind) throws IOException {
    Path dead = left(kind, DEAD);
    Path ours = left(kind, US);
    Path friend = Files.createDirectory(parent.resolve("stranded-dump-of-a-friend"));
    Leftovers.deleteFrom(files, parent);
    assertThat(dead).doesNotExist();
    assertThat(ours).isNotEmptyDirectory();
    assertThat(friend).exists();
  }

  @Test
  void dumpThatIsToBeKeptIsKept() throws IOException {
    Path kept = left(Kind.KEPT, DEAD);
    Leftovers.deleteFrom(files, parent);
    assertThat(kept).isNotEmptyDirectory();
  }

  @Test
  void processThatHasTheIdOfADeadOneIsAnother() throws IOException {
    Path dead = left(Kind.DUMP, new SidecarProcess(US.pid(), US.started() - 60_000, US.space()));
    Leftovers.deleteFrom(files, parent);
    assertThat(dead).doesNotExist();
  }

  @Test
  void whoMayLiveInAnotherContainerIsTakenForDeadAfterADay() throws IOException {
    SidecarProcess elsewhere = new SidecarProcess(999_999_999, 1, US.space() + 1);
    Path fresh = left(Kind.DUMP, elsewhere);
    Path old = left(Kind.DUMP, elsewhere);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Leftovers.deleteFrom(files, parent);
    assertThat(fresh).isNotEmptyDirectory();
    assertThat(old).doesNotExist();
  }

  @Test
  void linkInADirectoryOfTheDeadIsDeletedAndNotWhatItLeadsTo() throws IOException {
    Path dead =
        Files.createDirectory(parent.resolve(new TargetDirectory.Name(Kind.DUMP, DEAD).fresh()));
    Files.createSymbolicLink(dead.resolve("heap.hprof"), precious);
    Files.createLink(dead.resolve("heap.hprof.p0"), precious);
    Leftovers.deleteFrom(files, parent);
    assertThat(dead).doesNotExist();
    assertThat(precious).hasContent("precious");
  }

  @Test
  void linkThatIsNamedAsADirectoryOfTheDeadIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path dump = Files.writeString(elsewhere.resolve("heap.hprof"), "somebody's dump");
    Files.createSymbolicLink(
        parent.resolve(new TargetDirectory.Name(Kind.DUMP, DEAD).fresh()), elsewhere);
    Leftovers.deleteFrom(files, parent);
    assertThat(dump).hasContent("somebody's dump");
  }

  @Test
  void parentThatIsALinkIsNotFollowed() throws IOException {
    Path dead = left(Kind.DUMP, DEAD);
    Path link = Files.createSymbolicLink(directory.resolve("link"), parent);
    Leftovers.deleteFrom(files, link);
    assertThat(dead).exists();
  }

  @Test
  void foreignDirectoryAmidLeftoversStaysAndTheOthersGo() throws IOException {
    Path[] dead = new Path[8];
    Path[] foreign = new Path[8];
    for (int i = 0; i < dead.length; i++) {
      dead[i] = left(Kind.DUMP, DEAD);
      foreign[i] = Strangers.own(left(Kind.DUMP, DEAD));
    }
    Leftovers.deleteFrom(files, parent);
    assertThat(dead).allSatisfy(path -> assertThat(path).doesNotExist());
    assertThat(foreign).allSatisfy(path -> assertThat(path).isNotEmptyDirectory());
  }

  @Test
  void whatWasHandedOverToTheTargetsUserIsOurs() throws IOException {
    Path handedOver = Strangers.own(left(Kind.DUMP, DEAD));
    Leftovers.deleteFrom(new TargetFiles(directory, Optional.of(Strangers.one())), parent);
    assertThat(handedOver).doesNotExist();
  }

  @Test
  @Timeout(60)
  void hostileEntriesAmidLeftoversHinderNothing() throws Exception {
    Path pipe = parent.resolve(new TargetDirectory.Name(Kind.DUMP, DEAD).fresh());
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
    Files.writeString(parent.resolve(new TargetDirectory.Name(Kind.LEAK, DEAD).fresh()), "a file");
    Path full = left(Kind.AGENT, DEAD);
    Files.writeString(full.resolve("theirs"), "theirs");
    Path dead = left(Kind.DUMP, DEAD);
    Files.createSymbolicLink(
        parent.resolve("stranded-dump-1-1-1-loop"), Path.of("stranded-dump-1-1-1-loop"));
    Leftovers.deleteFrom(files, parent);
    assertThat(dead).doesNotExist();
    assertThat(pipe).exists();
    assertThat(full.toFile().list()).containsExactly("theirs");
  }

  @Test
  void directoryThatDoesNotExistHasNone() {
    Leftovers.deleteFrom(files, directory.resolve("none"));
    assertThat(directory.resolve("none")).doesNotExist();
  }

  private Path left(Kind kind, SidecarProcess maker) throws IOException {
    Path made =
        Files.createDirectory(parent.resolve(new TargetDirectory.Name(kind, maker).fresh()));
    Files.writeString(made.resolve(TargetDirectoryTest.nameOfAFile(kind)), "left");
    return made;
  }
}
