package io.stranded.endpoint;

import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Frameworks;
import io.stranded.report.Printable;
import java.time.Duration;
import java.util.List;

/** Stacks in words, after the manner of Go's profiles. */
final class StackText {
  private final StringBuilder out = new StringBuilder();

  StackText line(String text) {
    out.append(text).append('\n');
    return this;
  }

  /** Frames as a comment of a group, innermost first. */
  StackText comments(List<String> stack) {
    for (String frame : stack) {
      String method = Frames.method(frame);
      String place = frame.substring(method.length());
      line("#\t" + Printable.of(method) + "\t" + Printable.of(place));
    }
    return this;
  }

  /** Frames as a stack, innermost first, and who started the thread. */
  StackText stack(List<String> stack, List<String> createdBy) {
    stack.forEach(frame -> line("\t" + Printable.of(frame)));
    return creator("", createdBy);
  }

  /** Who started the threads, where an application's or a framework's frame tells. */
  StackText creator(String before, List<String> createdBy) {
    Frameworks.own(createdBy).stream()
        .findFirst()
        .ifPresent(frame -> line(before + "created by " + Printable.of(frame)));
    return this;
  }

  static String age(Duration age) {
    return age.toMinutes() > 0
        ? age.toMinutes() + " minutes"
        : age.toSeconds() == 1 ? "1 second" : age.toSeconds() + " seconds";
  }

  @Override
  public String toString() {
    return out.toString().stripTrailing();
  }
}
