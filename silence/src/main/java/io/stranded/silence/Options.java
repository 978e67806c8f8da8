package io.stranded.silence;

import io.stranded.silence.servers.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What to look at.
 *
 * @param root the working copy
 * @param servers to start, one after the other
 * @param releases of the JDK to start them on
 * @param dumps images of each kind under load
 * @param images what to take of them in each state
 * @param keep where images with findings stay
 */
record Options(
    Path root,
    List<Kind> servers,
    List<Integer> releases,
    int dumps,
    List<Image> images,
    Optional<Path> keep) {
  /** The dump of everything comes first: it must find the garbage that the other leaves none of. */
  private static final List<Image> DUMPS = List.of(Image.ALL, Image.LIVE);

  static Options parse(Path root, String[] args) {
    List<Kind> servers = List.of(Kind.values());
    List<Integer> releases = List.of(17, 25);
    int dumps = 2;
    List<Image> images = DUMPS;
    Optional<Path> keep = Optional.empty();
    List<String> left = new ArrayList<>(Arrays.asList(args));
    while (!left.isEmpty()) {
      String option = left.remove(0);
      switch (option) {
        case "--servers" -> servers = values(left, option).stream().map(Kind::named).toList();
        case "--jdks" -> releases = values(left, option).stream().map(Options::number).toList();
        case "--dumps" -> dumps = number(value(left, option));
        case "--proof" -> images = images(value(left, option));
        case "--keep" -> keep = Optional.of(Path.of(value(left, option)));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return new Options(root, servers, releases, dumps, images, keep);
  }

  private static List<Image> images(String proof) {
    return switch (proof) {
      case "dump" -> DUMPS;
      case "snapshot" -> List.of(Image.SNAPSHOT);
      default -> throw new IllegalArgumentException("--proof is dump or snapshot, not " + proof);
    };
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  private static List<String> values(List<String> left, String option) {
    return List.of(value(left, option).split(",", -1));
  }

  private static String value(List<String> left, String option) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.remove(0);
  }
}
