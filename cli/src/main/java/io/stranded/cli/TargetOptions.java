package io.stranded.cli;

import io.stranded.internal.source.JmxAddress;
import io.stranded.watch.TargetChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which running JVMs are meant. */
final class TargetOptions {
  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description =
          "Process ids of JVMs of this machine, and service:jmx:... addresses of JVMs that "
              + "listen for JMX.")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--all", description = "All JVMs of this machine, those started later included.")
  private boolean all;

  @Option(
      names = "--match",
      paramLabel = "REGEX",
      description = "As --all, but only those whose main class or jar has a match.")
  private @Nullable String match;

  @Option(names = "--jmx-user", paramLabel = "NAME", description = "Log in to JMX as this user.")
  private @Nullable String user;

  @Option(
      names = "--jmx-password-file",
      paramLabel = "FILE",
      description = "The password is the first line of FILE.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--jmx-tls",
      description =
          "The RMI registry of JMX speaks TLS too. Trust and key stores are those of the "
              + "properties javax.net.ssl.*, which JAVA_TOOL_OPTIONS can set.")
  private boolean tlsRegistry;

  /**
   * What was chosen.
   *
   * @throws IllegalArgumentException if that is nothing, or cannot be
   */
  TargetChoice choice() throws IOException {
    List<Long> pids = new ArrayList<>();
    List<JmxAddress> addresses = new ArrayList<>();
    Optional<JmxAddress.Login> login = login();
    for (String target : targets) {
      if (target.startsWith(JmxAddress.SCHEME)) {
        addresses.add(new JmxAddress(target, login, tlsRegistry));
      } else {
        pids.add(pid(target));
      }
    }
    if (targets.isEmpty() && !all && match == null) {
      throw new IllegalArgumentException("no target: give process ids, --all or --match REGEX");
    }
    return new TargetChoice(pids, addresses, mainClasses());
  }

  private Optional<Pattern> mainClasses() {
    if (match == null) {
      return all ? Optional.of(Pattern.compile("")) : Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(match));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("--match: " + e.getDescription() + ": " + match, e);
    }
  }

  private Optional<JmxAddress.Login> login() throws IOException {
    if (user == null) {
      return Optional.empty();
    }
    if (passwordFile == null) {
      throw new IllegalArgumentException("--jmx-user needs --jmx-password-file");
    }
    String password = Files.readString(passwordFile).lines().findFirst().orElse("");
    return Optional.of(new JmxAddress.Login(user, password));
  }

  private static long pid(String target) {
    try {
      return Long.parseLong(target);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + target + "' is neither a process id nor a service:jmx: address", e);
    }
  }
}
