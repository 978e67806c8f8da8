package io.stranded.internal.recording;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Keeps one of equal stacks, which many threads have; beyond some number, none. */
final class StackPool implements UnaryOperator<String> {
  private static final int LIMIT = 50_000;

  private final Map<String, String> stacks = new HashMap<>();

  @Override
  public String apply(String stack) {
    String known = stacks.get(stack);
    if (known != null) {
      return known;
    }
    if (stacks.size() < LIMIT) {
      stacks.put(stack, stack);
    }
    return stack;
  }
}
