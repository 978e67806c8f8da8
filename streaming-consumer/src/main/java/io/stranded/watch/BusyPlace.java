package io.stranded.watch;

import io.stranded.internal.stack.Frames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where in the application a thread was at every look: in one method, or in what that calls.
 *
 * @param path the application's methods that lead there, and the method itself, outermost first
 * @param deepest how many of the application's methods were on the stack at most
 * @param stack the frames of the last look from the method on, innermost first
 */
record BusyPlace(List<String> path, int deepest, List<String> stack) {
  /** Who spins may ask others whether he is to go on; who calls deeper has something to do. */
  private static final int MOST_CALLS = 1;

  BusyPlace {
    path = List.copyOf(path);
    stack = List.copyOf(stack);
  }

  /**
   * The innermost method of the application; empty if there is none.
   *
   * @param whole whether the stack has all frames; where it does not, the method alone is compared
   */
  static Optional<BusyPlace> of(List<String> stack, boolean whole) {
    List<String> own =
        new ArrayList<>(
            stack.stream().filter(frame -> !Frames.isJdk(frame)).map(Frames::method).toList());
    if (own.isEmpty()) {
      return Optional.empty();
    }
    Collections.reverse(own);
    List<String> path = whole ? own : own.subList(own.size() - 1, own.size());
    return Optional.of(new BusyPlace(path, path.size(), stack));
  }

  /** The place of both looks, the later of which is given; empty if the thread went elsewhere. */
  Optional<BusyPlace> and(BusyPlace now) {
    int common = 0;
    while (common < Math.min(path.size(), now.path.size())
        && path.get(common).equals(now.path.get(common))) {
      common++;
    }
    int most = Math.max(deepest, now.deepest);
    if (common == 0 || most - common > MOST_CALLS) {
      return Optional.empty();
    }
    return Optional.of(
        new BusyPlace(path.subList(0, common), most, without(now.path.size() - common, now.stack)));
  }

  /** A stack without so many calls of the application, the innermost ones. */
  private static List<String> without(int calls, List<String> stack) {
    int from = 0;
    for (int left = calls; left > 0; from++) {
      left -= Frames.isJdk(stack.get(from)) ? 0 : 1;
    }
    return stack.subList(from, stack.size());
  }
}
