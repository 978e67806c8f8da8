package io.stranded.endpoint;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command listens. */
public final class EndpointOptions {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Serve a page, /metrics and more there; a port alone is of 127.0.0.1. "
              + "Another address than the loopback takes a password, a token or --listen-open.")
  private @Nullable String listen;

  @Option(
      names = "--listen-token-file",
      paramLabel = "FILE",
      description = "Who asks must send the token in FILE (Authorization: Bearer, or as password).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--listen-password-file",
      paramLabel = "FILE",
      description = "Who asks must log in as one of the lines USER:PASSWORD in FILE.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--listen-open",
      description = "Answer everybody who can reach the address, without a password.")
  private boolean open;

  @Option(
      names = "--listen-cert",
      paramLabel = "FILE",
      description = "Speak TLS with this certificate, a PEM file with its chain.")
  private @Nullable Path certificate;

  @Option(
      names = "--listen-key",
      paramLabel = "FILE",
      description = "The certificate's private key, a PEM file.")
  private @Nullable Path key;

  /** Options that say not to listen. */
  public EndpointOptions() {}

  /** Whether to listen at all. */
  public boolean isWanted() {
    return listen != null;
  }

  /**
   * Checks what can be checked before anything is done.
   *
   * @throws IllegalArgumentException if an option is wrong or alone; one line
   */
  public void check() {
    if (listen == null) {
      requireAbsent("--listen-token-file", tokenFile != null);
      requireAbsent("--listen-password-file", passwordFile != null);
      requireAbsent("--listen-open", open);
      requireAbsent("--listen-cert", certificate != null);
      requireAbsent("--listen-key", key != null);
      return;
    }
    InetSocketAddress address = ListenAddress.parse(listen);
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--listen-cert and --listen-key belong together");
    }
    boolean guarded = tokenFile != null || passwordFile != null;
    if (!Hosts.isLocal(address.getAddress()) && !guarded && !open) {
      throw new IllegalArgumentException(
          "--listen "
              + listen
              + ": others can reach this address: give --listen-token-file or"
              + " --listen-password-file, or --listen-open to answer them all");
    }
  }

  EndpointConfig config() throws IOException {
    check();
    if (listen == null) {
      throw new IllegalArgumentException("--listen is missing");
    }
    Path chain = certificate;
    Path secret = key;
    return new EndpointConfig(
        ListenAddress.parse(listen),
        access(),
        open,
        chain == null || secret == null
            ? Optional.empty()
            : Optional.of(PemKeys.context(chain, secret)));
  }

  /** A line for each file with a secret that everybody on this machine may read. */
  List<String> exposures() {
    Map<String, Path> secrets = new LinkedHashMap<>();
    if (tokenFile != null) {
      secrets.put("--listen-token-file", tokenFile);
    }
    if (passwordFile != null) {
      secrets.put("--listen-password-file", passwordFile);
    }
    if (key != null) {
      secrets.put("--listen-key", key);
    }
    return secrets.entrySet().stream()
        .filter(secret -> isForEverybody(secret.getValue()))
        .map(
            secret ->
                "warning: %s %s: everybody on this machine can read it: chmod 600 it"
                    .formatted(secret.getKey(), secret.getValue()))
        .toList();
  }

  /** Whether its mode says so; where files have none, nobody knows. */
  private static boolean isForEverybody(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private Access access() throws IOException {
    return new Access(
        tokenFile == null ? Optional.empty() : Optional.of(lines(tokenFile).get(0)),
        passwordFile == null ? List.of() : passwords(passwordFile));
  }

  private static List<String> passwords(Path file) throws IOException {
    List<String> lines = lines(file);
    for (String line : lines) {
      if (line.indexOf(':') < 1) {
        throw new IOException(file + ": expected lines USER:PASSWORD");
      }
    }
    return lines;
  }

  /** Its lines that are not empty; an empty password would be no password. */
  private static List<String> lines(Path file) throws IOException {
    List<String> lines =
        Files.readAllLines(file, StandardCharsets.UTF_8).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (lines.isEmpty()) {
      throw new IOException(file + ": is empty");
    }
    return lines;
  }

  private static void requireAbsent(String option, boolean given) {
    if (given) {
      throw new IllegalArgumentException(option + " says how to listen: give --listen as well");
    }
  }
}
