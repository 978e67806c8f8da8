package io.stranded.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The runs of one reader on one dump.
 *
 * @param shape of the heap
 * @param megabytes of the dump
 * @param objects in the dump
 * @param reader that ran
 * @param runs in their order
 * @param marked how many objects it marks, if it was counted
 */
record Result(
    Shape shape,
    long megabytes,
    long objects,
    Reader reader,
    List<Run> runs,
    Optional<Long> marked) {

  double gigabytes() {
    return megabytes / 1024.0;
  }

  double cpuSeconds() {
    return median(Run::cpuSeconds);
  }

  double wallSeconds() {
    return median(Run::wallSeconds);
  }

  double peakRss() {
    return median(Run::peakRss);
  }

  double peakAnonymous() {
    return median(Run::peakAnonymous);
  }

  private double median(ToDoubleFunction<Run> figure) {
    List<Run> sorted = runs.stream().sorted(Comparator.comparingDouble(figure)).toList();
    return figure.applyAsDouble(sorted.get((sorted.size() - 1) / 2));
  }
}
