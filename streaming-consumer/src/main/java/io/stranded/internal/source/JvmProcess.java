package io.stranded.internal.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * A process that is perhaps a JVM, by what the system tells of it; on others than Linux that is
 * little. Nothing is asked of the process itself.
 */
final class JvmProcess {
  private static final int OLDEST = 17;
  private static final String LAUNCHER = "org.springframework.boot.loader.";
  private static final List<String> WITH_VALUE =
      List.of("-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules");

  private final long pid;
  private final Path process;
  private final List<String> arguments;

  private JvmProcess(long pid, Path process, List<String> arguments) {
    this.pid = pid;
    this.process = process;
    this.arguments = arguments;
  }

  static JvmProcess of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    List<String> arguments = List.of();
    try {
      String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      arguments = Arrays.stream(line.split("\0", -1)).filter(word -> !word.isEmpty()).toList();
    } catch (IOException e) {
      // It has ended, or this is another system.
    }
    return new JvmProcess(pid, process, arguments);
  }

  /** Whether it was started by a launcher called java. */
  boolean isJava() {
    return !arguments.isEmpty() && arguments.get(0).matches("(.*/)?java");
  }

  /** Its main class, jar or module by its command line. */
  String main() {
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if ((argument.equals("-jar") || argument.equals("-m") || argument.equals("--module"))
          && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
      if (WITH_VALUE.contains(argument)) {
        i++;
      } else if (!argument.startsWith("-") && !argument.startsWith("@")) {
        return argument;
      }
    }
    return "";
  }

  LocalJvm describe(String main) {
    Optional<String> user = ProcessHandle.of(pid).flatMap(handle -> handle.info().user());
    Optional<String> version = version();
    return new LocalJvm(
        pid, main, application(main), user, version, obstacle(version).stream().findFirst());
  }

  private Optional<String> obstacle(Optional<String> version) {
    Optional<String> stranger = AttachCheck.stranger(pid);
    if (stranger.isPresent()) {
      return stranger;
    }
    if (version.filter(text -> feature(text) < OLDEST).isPresent()) {
      return Optional.of("Java " + version.get() + ": " + OLDEST + " or later is needed");
    }
    if (arguments.contains("-XX:+DisableAttachMechanism")) {
      return Optional.of("-XX:+DisableAttachMechanism forbids it; over JMX it can be watched");
    }
    if (!AttachCheck.listens(pid)) {
      return Optional.of("it takes no signal to attach: it has just begun, or -Xrs forbids it");
    }
    return Optional.empty();
  }

  private static int feature(String version) {
    String[] parts = version.split("[^0-9]+", 3);
    try {
      int first = Integer.parseInt(parts[0]);
      return first == 1 && parts.length > 1 ? Integer.parseInt(parts[1]) : first;
    } catch (NumberFormatException e) {
      return OLDEST;
    }
  }

  /** By the release file of its JDK. */
  private Optional<String> version() {
    Optional<Path> launcher =
        ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).flatMap(JvmProcess::path);
    Path home = launcher.map(Path::getParent).map(Path::getParent).orElse(null);
    if (home == null) {
      return Optional.empty();
    }
    Properties release = new Properties();
    try (var reader = Files.newBufferedReader(inside(home.resolve("release")))) {
      release.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.ofNullable(release.getProperty("JAVA_VERSION"))
        .map(text -> text.replace("\"", ""));
  }

  /** The class that a jar names, or that Spring Boot's launcher finds in its manifest. */
  private Optional<String> application(String main) {
    if (main.startsWith(LAUNCHER)) {
      Path unpacked = process.resolve("cwd").resolve("META-INF").resolve("MANIFEST.MF");
      try (var stream = Files.newInputStream(unpacked)) {
        return start(new Manifest(stream));
      } catch (IOException e) {
        return classPathJar().flatMap(this::startOf);
      }
    }
    return main.endsWith(".jar") || main.endsWith(".war")
        ? path(main).flatMap(this::startOf)
        : Optional.empty();
  }

  private Optional<Path> classPathJar() {
    int option = Math.max(arguments.indexOf("-cp"), arguments.indexOf("-classpath"));
    return option < 0 || option + 1 >= arguments.size()
        ? Optional.empty()
        : path(arguments.get(option + 1));
  }

  private Optional<String> startOf(Path jar) {
    Path here = jar.isAbsolute() ? inside(jar) : process.resolve("cwd").resolve(jar);
    try (JarFile file = new JarFile(here.toFile())) {
      Manifest manifest = file.getManifest();
      return manifest == null ? Optional.empty() : start(manifest);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> start(Manifest manifest) {
    Attributes attributes = manifest.getMainAttributes();
    String start = attributes.getValue("Start-Class");
    return Optional.ofNullable(
        start != null ? start : attributes.getValue(Attributes.Name.MAIN_CLASS));
  }

  /** Where we find one of its files, which may be in a container. */
  private Path inside(Path there) {
    Path root = process.resolve("root");
    Path here = root.resolve(Objects.requireNonNull(there.getRoot()).relativize(there));
    return Files.exists(here) ? here : there;
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
