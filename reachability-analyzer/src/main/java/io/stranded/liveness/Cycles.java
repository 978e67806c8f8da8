package io.stranded.liveness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The cycles among elements that each lead to at most one other. Every element is looked at once,
 * however long the chains that lead into a cycle or past it.
 */
final class Cycles {
  private static final int NOT_SEEN = -1;
  private static final int IN_NONE = -2;

  private final int[] cycleOf;
  private final List<List<Integer>> cycles = new ArrayList<>();

  /**
   * Finds all cycles.
   *
   * @param count elements are the numbers below it
   * @param next the element that an element leads to, or -1; asked once for each
   */
  Cycles(int count, IntUnaryOperator next) {
    int[] successors = new int[count];
    Arrays.setAll(successors, next);
    cycleOf = new int[count];
    Arrays.fill(cycleOf, NOT_SEEN);
    int[] walkOf = new int[count];
    for (int start = 0; start < count; start++) {
      int walk = start + 1;
      int element = start;
      while (element >= 0 && cycleOf[element] == NOT_SEEN && walkOf[element] == 0) {
        walkOf[element] = walk;
        element = successors[element];
      }
      if (element >= 0 && cycleOf[element] == NOT_SEEN && walkOf[element] == walk) {
        addCycle(element, successors);
      }
      for (element = start;
          element >= 0 && cycleOf[element] == NOT_SEEN;
          element = successors[element]) {
        cycleOf[element] = IN_NONE;
      }
    }
  }

  /** The number of cycles. */
  int count() {
    return cycles.size();
  }

  /** The number of the cycle that an element is in, or -1. */
  int cycleOf(int element) {
    return Math.max(cycleOf[element], NOT_SEEN);
  }

  /** The elements of a cycle, each before the one it leads to. */
  List<Integer> elements(int cycle) {
    return cycles.get(cycle);
  }

  private void addCycle(int first, int[] successors) {
    List<Integer> cycle = new ArrayList<>();
    for (int element = first; cycleOf[element] == NOT_SEEN; element = successors[element]) {
      cycleOf[element] = cycles.size();
      cycle.add(element);
    }
    cycles.add(List.copyOf(cycle));
  }
}
