package io.stranded.internal.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/** The users that own processes and files. */
public final class Users {
  private Users() {}

  /** Whom this process runs as; empty where the system does not tell. */
  public static Optional<UserPrincipal> us() {
    try {
      return Optional.of(Files.getOwner(Path.of("/proc/self")));
    } catch (IOException | UnsupportedOperationException e) {
      return byName(System.getProperty("user.name", ""));
    }
  }

  /** Whom a process of this machine runs as; empty where the system does not tell. */
  public static Optional<UserPrincipal> of(long pid) {
    try {
      return Optional.of(Files.getOwner(Path.of("/proc", Long.toString(pid))));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Whether these are a user's who cannot be a stranger to us: ours, or the superuser's. */
  static boolean isTrusted(UserPrincipal owner) {
    return us().filter(owner::equals).isPresent() || superuser().filter(owner::equals).isPresent();
  }

  private static Optional<UserPrincipal> superuser() {
    return byName("root").or(() -> byName("0"));
  }

  private static Optional<UserPrincipal> byName(String name) {
    try {
      return Optional.of(
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
