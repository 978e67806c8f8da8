package io.stranded.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An installed JDK.
 *
 * @param feature its feature release, such as 17
 * @param home its home directory
 */
public record Jdk(int feature, Path home) {
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  /** The JDK that runs the tests. */
  public static Jdk current() {
    return new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
  }

  /** A JDK of the given feature release: from {@code JAVA_HOME_<feature>}, or a sibling of ours. */
  public static Optional<Jdk> find(int feature) {
    if (current().feature == feature) {
      return Optional.of(current());
    }
    String fromEnvironment = System.getenv("JAVA_HOME_" + feature);
    if (fromEnvironment != null) {
      return Optional.of(new Jdk(feature, Path.of(fromEnvironment)));
    }
    Path siblings = current().home.toAbsolutePath().getParent();
    try (Stream<Path> homes = Files.list(siblings)) {
      return homes
          .filter(home -> featureOf(home) == feature && Files.exists(home.resolve("bin/javac")))
          .sorted()
          .findFirst()
          .map(home -> new Jdk(feature, home));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The feature releases that live tests run on; 21 has branches of its own. */
  static final List<Integer> WANTED = List.of(17, 21, 25);

  /**
   * The JDKs that live tests run on: those that are wanted, as far as installed, always with the
   * current. {@code JdkTest} says which are missing.
   */
  public static List<Jdk> targets() {
    List<Jdk> all = new ArrayList<>();
    WANTED.forEach(feature -> find(feature).ifPresent(all::add));
    if (all.stream().noneMatch(jdk -> jdk.feature == current().feature)) {
      all.add(current());
    }
    return all;
  }

  /** The path of one of its programs, such as {@code jcmd}. */
  public String tool(String name) {
    return home.resolve("bin").resolve(name).toString();
  }

  @Override
  public String toString() {
    return "JDK " + feature;
  }

  private static int featureOf(Path home) {
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
      return version.find() ? Integer.parseInt(version.group(1)) : -1;
    } catch (IOException e) {
      return -1;
    }
  }
}
