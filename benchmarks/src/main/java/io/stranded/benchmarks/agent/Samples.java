package io.stranded.benchmarks.agent;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One quantity, measured in rounds in which every variant had its turn. */
final class Samples {
  private final Map<Variant, List<Double>> values = new EnumMap<>(Variant.class);

  void add(Variant variant, double value) {
    values.computeIfAbsent(variant, key -> new ArrayList<>()).add(value);
  }

  double median(Variant variant) {
    return median(values.getOrDefault(variant, List.of()));
  }

  /** The median over the rounds of one variant's value divided by another's. */
  double ratio(Variant variant, Variant reference) {
    List<Double> ratios = new ArrayList<>();
    List<Double> above = values.getOrDefault(variant, List.of());
    List<Double> below = values.getOrDefault(reference, List.of());
    for (int i = 0; i < above.size(); i++) {
      ratios.add(above.get(i) / below.get(i));
    }
    return median(ratios);
  }

  private static double median(List<Double> numbers) {
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
