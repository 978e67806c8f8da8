package io.stranded.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to run.
 *
 * @param root the working copy
 * @param sizes of the dumps, in megabytes
 * @param shapes of the heaps
 * @param readers in the order of their turns
 * @param runs of each reader on each dump
 * @param directory where the dumps go
 * @param keep whether they stay there, for the next run to use
 * @param heap the bound of our reader's Java heap, as for {@code -Xmx}
 * @param leastHeap whether to look for the smallest Java heap that our reader runs in
 * @param plot the picture to draw
 */
record Options(
    Path root,
    List<Long> sizes,
    List<Shape> shapes,
    List<Reader> readers,
    int runs,
    Path directory,
    boolean keep,
    String heap,
    boolean leastHeap,
    Optional<Path> plot) {

  static Options parse(Path root, String[] args) {
    List<Long> sizes = List.of(512L, 2048L);
    List<Shape> shapes = List.of(Shape.SERVICE);
    List<Reader> readers = List.of(Reader.values());
    int runs = 3;
    Path directory = root.resolve("benchmarks/target/dumps");
    boolean keep = false;
    String heap = "800m";
    boolean leastHeap = false;
    Optional<Path> plot = Optional.empty();
    List<String> left = new ArrayList<>(Arrays.asList(args));
    while (!left.isEmpty()) {
      String option = left.remove(0);
      switch (option) {
        case "--sizes" -> sizes = values(left, option).map(Options::megabytes).toList();
        case "--shapes" -> shapes = values(left, option).map(Shape::named).toList();
        case "--readers" -> readers = values(left, option).map(Reader::named).toList();
        case "--runs" -> runs = Integer.parseInt(value(left, option));
        case "--dir" -> directory = Path.of(value(left, option));
        case "--plot" -> plot = Optional.of(Path.of(value(left, option)));
        case "--heap" -> heap = value(left, option);
        case "--keep" -> keep = true;
        case "--least-heap" -> leastHeap = true;
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return new Options(root, sizes, shapes, readers, runs, directory, keep, heap, leastHeap, plot);
  }

  private static long megabytes(String gigabytes) {
    return Math.round(Double.parseDouble(gigabytes) * 1024);
  }

  private static Stream<String> values(List<String> left, String option) {
    return Arrays.stream(value(left, option).split(",", -1));
  }

  private static String value(List<String> left, String option) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.remove(0);
  }
}
