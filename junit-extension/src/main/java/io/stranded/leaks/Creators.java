package io.stranded.leaks;

import io.stranded.internal.stack.Frames;
import java.util.List;

/**
 * The frames that created a thread, without those of the JDK before and of the test tool behind.
 */
final class Creators {
  private static final List<String> TOOL =
      List.of(
          "org.junit.", "org.testng.", "java.lang.reflect.Method.invoke", "jdk.internal.reflect.");

  private Creators() {}

  static List<String> of(List<String> stack) {
    int first = 0;
    while (first < stack.size() && Frames.isJdk(stack.get(first))) {
      first++;
    }
    int last = first;
    while (last < stack.size() && TOOL.stream().noneMatch(stack.get(last)::startsWith)) {
      last++;
    }
    return last > first ? stack.subList(first, last) : stack;
  }
}
