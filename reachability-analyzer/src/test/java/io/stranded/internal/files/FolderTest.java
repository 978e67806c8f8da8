package io.stranded.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stranded.testing.Jdk;
import io.stranded.testing.Strangers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
  private static final byte[] BYTES = "ours".getBytes(StandardCharsets.UTF_8);
  private static final Path WAY = Path.of("a", "b", "c");

  @TempDir Path directory;

  private Path root;
  private Path victim;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    Files.createDirectories(root.resolve(WAY));
    victim = Files.createDirectory(directory.resolve("victim"));
    Files.createDirectories(victim.resolve(WAY));
    Files.writeString(victim.resolve("precious"), "precious");
  }

  @Test
  void wayWithoutLinksIsGone() throws IOException {
    try (Folder folder = Folder.open(root, WAY, Links.REFUSED)) {
      folder.write("file", BYTES);
    }
    assertThat(root.resolve(WAY).resolve("file")).hasContent("ours");
  }

  @Test
  void socketIsConnectedToAndNothingElseIs() throws IOException {
    Path place = root.resolve(WAY);
    try (Folder folder = Folder.open(root, WAY, Links.REFUSED);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(place.resolve("socket")));
      folder.connect("socket").close();
      Files.createSymbolicLink(place.resolve("link"), place.resolve("socket"));
      assertThatThrownBy(() -> folder.connect("link")).hasMessageContaining("is a link");
      folder.write("file", BYTES);
      assertThatThrownBy(() -> folder.connect("file")).hasMessageContaining("is no socket");
      assertThatThrownBy(() -> folder.connect("none")).isInstanceOf(NoSuchFileException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void linkInAnyPlaceOfTheWayIsRefusedInTheRootOfAnother(int depth) throws IOException {
    Path link = root.resolve(WAY.subpath(0, depth));
    Files.move(link, directory.resolve("away"));
    Files.createSymbolicLink(link, victim.resolve(WAY.subpath(0, depth)));
    assertThatThrownBy(() -> Folder.open(root, WAY, Links.REFUSED))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(link + ": is a link, which is not followed");
    assertThatThrownBy(() -> Folder.make(root, WAY.resolve("d"), Links.REFUSED))
        .hasMessage(link + ": is a link, which is not followed");
    assertThat(victim.resolve(WAY)).isEmptyDirectory();
  }

  @Test
  void wayUpwardsIsRefusedInTheRootOfAnother() {
    assertThatThrownBy(() -> Folder.open(root, Path.of("a", "..", "..", "victim"), Links.REFUSED))
        .hasMessageEndingWith("leads upwards");
  }

  @Test
  void missingDirectoriesAreMadeOrToldOf() throws IOException {
    Path way = WAY.resolve("d").resolve("e");
    assertThatThrownBy(() -> Folder.open(root, way, Links.REFUSED))
        .isInstanceOf(NoSuchFileException.class);
    Folder.make(root, way, Links.REFUSED).close();
    assertThat(root.resolve(way)).isEmptyDirectory();
  }

  @Test
  void ownLinksAreFollowedInOurRoot() throws IOException {
    Files.createSymbolicLink(root.resolve("absolute"), root.resolve("a"));
    Files.createSymbolicLink(root.resolve("a").resolve("relative"), Path.of("..", "a", "b"));
    Path way = Path.of("absolute", "relative", "c");
    try (Folder folder = Folder.open(root, way, Links.TRUSTED)) {
      folder.write("file", BYTES);
    }
    assertThat(root.resolve(WAY).resolve("file")).hasContent("ours");
  }

  @Test
  void linkOfAStrangerIsRefusedInOurRootToo() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("link"), victim);
    Folder.open(root, Path.of("link"), Links.TRUSTED).close();
    Strangers.own(link);
    assertThatThrownBy(() -> Folder.open(root, Path.of("link"), Links.TRUSTED))
        .hasMessage(link + ": is a link, which is not followed");
  }

  @Test
  void linkToItselfEnds() throws IOException {
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    assertThatThrownBy(() -> Folder.open(root, Path.of("loop"), Links.TRUSTED))
        .hasMessageEndingWith("is a link, which is not followed");
  }

  @Test
  void directoryThatIsSwappedForALinkAfterItWasOpenedIsStillTheOneOpened() throws IOException {
    try (Folder folder = Folder.open(root, WAY, Links.REFUSED)) {
      Path away = Files.move(root.resolve(WAY), directory.resolve("away"));
      Files.createSymbolicLink(root.resolve(WAY), victim);
      folder.write("file", BYTES);
      folder.makePrivate("private").close();
      folder.makeDirectory("plain");
      folder.cutAndDelete("precious");
      assertThat(away.resolve("file")).hasContent("ours");
      assertThat(folder.names()).containsExactlyInAnyOrder("file", "private", "plain");
      assertThat(away.resolve("private")).isDirectory();
      assertThat(away.resolve("plain")).isDirectory();
      folder.delete("file");
      folder.deleteDirectory("private");
      folder.deleteDirectory("plain");
      assertThat(away).isEmptyDirectory();
    }
    assertThat(victim.toFile().list()).containsExactlyInAnyOrder("a", "precious");
  }

  @Test
  void directoryThatWeMayPassThroughButNotReadIsPassedThrough() throws Exception {
    Files.writeString(root.resolve("a").resolve("b").resolve("file"), "");
    Files.createSymbolicLink(root.resolve("a").resolve("link"), Path.of("b"));
    rights(directory, "rwx--x--x");
    rights(root.resolve("a"), "rwx--x--x");
    assertThat(asStranger("a/b")).startsWith("has [").contains("file");
    assertThat(asStranger("a/link/c")).isEqualTo("has []");
    assertThat(asStranger("a")).isEqualTo("AccessDeniedException");
    rights(root.resolve("a"), "rwx-wx-wx");
    assertThat(asStranger("a/b")).isEqualTo("AccessDeniedException");
  }

  private String asStranger(String way) throws Exception {
    Jdk jdk = Strangers.jdk(Jdk.current(), directory.resolve("jdk"));
    List<String> command =
        List.of(
            jdk.tool("java"),
            "-cp",
            System.getProperty("java.class.path"),
            OpensFolder.class.getName(),
            root.resolve(way).toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static void rights(Path path, String rights) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  @Test
  void errorsTellTheWholePath(@TempDir Path directory) throws IOException {
    try (Folder folder = Folder.at(directory)) {
      folder.write("file", BYTES);
      String there = directory.resolve("file").toString();
      assertThatThrownBy(() -> folder.makePrivate("file"))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessage(there);
      assertThatThrownBy(() -> folder.write("file", BYTES))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessage(there);
    }
  }

  @Test
  void whatIsMadeIsPrivate() throws IOException {
    try (Folder folder = Folder.at(root);
        Folder made = folder.makePrivate("private")) {
      made.write("file", BYTES);
      assertThat(rights(made.path())).isEqualTo("rwx------");
      assertThat(rights(made.path().resolve("file"))).isEqualTo("rw-------");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"precious", "nothing"})
  void nothingIsWrittenOrMadeWhereALinkIs(String target) throws IOException {
    Files.createSymbolicLink(root.resolve("link"), victim.resolve(target));
    try (Folder folder = Folder.at(root)) {
      assertThatThrownBy(() -> folder.write("link", BYTES))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> folder.makePrivate("link"))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> folder.open("link")).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> folder.enter("link")).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> folder.moveOut("link", directory.resolve("out")))
          .isInstanceOf(FileSystemException.class);
    }
    assertThat(directory.resolve("out")).doesNotExist();
    assertThat(victim.resolve("precious")).hasContent("precious");
    assertThat(victim.resolve("nothing")).doesNotExist();
  }

  @Test
  void fileIsCutAndDeletedAndALinkIsOnlyDeleted() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "ours");
    Files.createSymbolicLink(root.resolve("link"), victim.resolve("precious"));
    Files.createLink(root.resolve("other"), victim.resolve("precious"));
    try (Folder folder = Folder.at(root);
        HeldFile held = folder.open("file")) {
      folder.cutAndDelete("file");
      folder.cutAndDelete("link");
      folder.cutAndDelete("other");
      folder.cutAndDelete("none");
      assertThat(held.size()).isZero();
      assertThat(folder.names()).containsExactly("a");
    }
    assertThat(file).doesNotExist();
    assertThat(victim.resolve("precious")).hasContent("precious");
  }

  @Test
  void heldFileIsReadAlthoughItsNameLeadsElsewhere() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "ours");
    try (Folder folder = Folder.at(root);
        HeldFile held = folder.open("file")) {
      Files.delete(file);
      Files.createSymbolicLink(file, victim.resolve("precious"));
      assertThat(held.bytes()).hasContent("ours");
      assertThat(Files.readString(held.open())).isEqualTo("ours");
    }
  }

  @ParameterizedTest
  @EnumSource(Links.class)
  @Timeout(60)
  void pipeIsNotWaitedFor(Links links) throws Exception {
    Path pipe = root.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
    assertThatThrownBy(() -> Folder.open(root, Path.of("pipe"), links))
        .isInstanceOf(FileSystemException.class);
    try (Folder folder = Folder.at(root)) {
      assertThatThrownBy(() -> folder.open("pipe")).hasMessageEndingWith("is no regular file");
      folder.cutAndDelete("pipe");
    }
    assertThat(pipe).doesNotExist();
  }

  @Test
  void interruptEndsNoCleaningUp() throws IOException {
    try (Folder folder = Folder.at(root)) {
      Thread.currentThread().interrupt();
      folder.write("file", BYTES);
      assertThat(Files.readString(root.resolve("file"))).isEqualTo("ours");
      Thread.currentThread().interrupt();
      folder.cutAndDelete("file");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(root.resolve("file")).doesNotExist();
    }
  }

  @Test
  void fileIsMovedOutToWhereNoneWas() throws IOException {
    Path out = directory.resolve("out");
    try (Folder folder = Folder.at(root)) {
      folder.write("first", BYTES);
      folder.moveOut("first", out);
      assertThat(out).hasContent("ours");
      assertThat(rights(out)).isEqualTo("rw-------");
      folder.write("second", BYTES);
      assertThatThrownBy(() -> folder.moveOut("second", out))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(out).exists();
    }
  }

  @Test
  void fileIsCopiedToAnotherFileSystem() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(
        Files.isWritable(memory)
            && !Files.getFileStore(memory).equals(Files.getFileStore(directory)),
        "no second file system");
    Path out = memory.resolve("stranded-test-" + ProcessHandle.current().pid());
    try (Folder folder = Folder.at(root)) {
      folder.write("file", BYTES);
      folder.moveOut("file", out);
      assertThat(out).hasContent("ours");
      assertThat(rights(out)).isEqualTo("rw-------");
    } finally {
      Files.deleteIfExists(out);
    }
  }

  @Test
  void fileIsGivenAndALinkIsNot() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "ours");
    Files.createSymbolicLink(root.resolve("link"), victim.resolve("precious"));
    try (Folder folder = Folder.at(root)) {
      folder.give("file", Strangers.one());
      assertThatThrownBy(() -> folder.give("link", Strangers.one()))
          .isInstanceOf(FileSystemException.class);
    }
    assertThat(Files.getOwner(file)).isEqualTo(Strangers.one());
    assertThat(Files.getOwner(victim.resolve("precious"))).isNotEqualTo(Strangers.one());
  }

  @Test
  @Timeout(120)
  void directoryThatIsSwappedAllTheTimeIsEnteredAsItselfOrNotAtAll() throws Exception {
    Path name = root.resolve("a");
    Path spare = directory.resolve("spare");
    Path link = Files.createSymbolicLink(directory.resolve("link"), victim);
    Thread swapper =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                swap(name, spare, link);
              }
            });
    swapper.start();
    try (Folder folder = Folder.at(root)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      for (int times = 0; times < 5_000 && System.nanoTime() < end; ) {
        try (Folder entered = folder.enter("a")) {
          times++;
          entered.write("file" + times, BYTES);
        } catch (IOException e) {
          // A link, or nothing, at that moment.
        }
      }
    } finally {
      swapper.interrupt();
      swapper.join();
    }
    assertThat(root.resolve("a").toFile().list()).hasSizeGreaterThan(1);
    assertThat(victim.toFile().list()).containsExactlyInAnyOrder("a", "precious");
  }

  private static void swap(Path name, Path spare, Path link) {
    assertThat(name.toFile().renameTo(spare.toFile())).isTrue();
    assertThat(link.toFile().renameTo(name.toFile())).isTrue();
    assertThat(name.toFile().renameTo(link.toFile())).isTrue();
    assertThat(spare.toFile().renameTo(name.toFile())).isTrue();
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
