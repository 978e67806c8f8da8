package io.stranded.internal.stack;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Where in an application threads wait, in a few words for a line. */
public final class Whereabouts {
  private Whereabouts() {}

  /**
   * The application's innermost frame of the wait, or else of who created the threads. Where it has
   * none in either, a framework's. Empty where all frames are the JDK's.
   *
   * @param stack frames of the wait, innermost first
   * @param createdBy frames that started the threads, innermost first
   */
  public static Optional<String> of(List<String> stack, List<String> createdBy) {
    return Stream.of(
            first(stack, frame -> !Frameworks.folds(frame)).map(Whereabouts::at),
            first(createdBy, frame -> !Frameworks.folds(frame)).map(Whereabouts::createdBy),
            first(stack, frame -> !Frames.isJdk(frame)).map(Whereabouts::at),
            first(createdBy, frame -> !Frames.isJdk(frame)).map(Whereabouts::createdBy))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> first(List<String> frames, Predicate<String> wanted) {
    return frames.stream().filter(frame -> !Frames.isHidden(frame)).filter(wanted).findFirst();
  }

  private static String at(String frame) {
    return "at " + frame;
  }

  private static String createdBy(String frame) {
    return "created by " + frame;
  }
}
