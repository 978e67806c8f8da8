package io.stranded.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/** Another user of this machine, whom only root can give files to. */
public final class Strangers {
  private static final String UID = "54321";

  private Strangers() {}

  /** One; a test that needs him is skipped, which its report says, where we are not root. */
  public static UserPrincipal one() throws IOException {
    UserPrincipal us = Files.getOwner(Path.of("/proc/self"));
    assumeTrue(us.getName().equals("root"), "not root: files cannot be given to another user");
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(UID);
  }

  /** Gives him a file, or a link itself. */
  public static Path own(Path file) throws IOException {
    Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setOwner(one());
    return file;
  }

  /**
   * A JDK whose programs he runs.
   *
   * @param home where it is made up
   */
  public static Jdk jdk(Jdk real, Path home) throws IOException, InterruptedException {
    assumeTrue(heCanRun("true"), "no setpriv: no program can be run as another user");
    String classes = Path.of("target").toAbsolutePath().toString();
    assumeTrue(heCanRun("test", "-x", classes), "our classes are not another user's to read");
    Files.createDirectories(home.resolve("bin"));
    for (String tool : new String[] {"java", "jcmd"}) {
      Path script = home.resolve("bin").resolve(tool);
      Files.writeString(
          script,
          "#!/bin/sh\nexec setpriv --reuid=%1$s --regid=%1$s --clear-groups '%2$s' \"$@\"\n"
              .formatted(UID, real.tool(tool)));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return new Jdk(real.feature(), home);
  }

  private static boolean heCanRun(String... command) throws InterruptedException {
    List<String> line = new ArrayList<>(List.of("setpriv", "--reuid=" + UID, "--clear-groups"));
    line.addAll(List.of(command));
    return canRun(line);
  }

  /** Whether a command is there and succeeds. */
  public static boolean canRun(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
