package io.stranded.internal.stack;

import java.util.List;
import java.util.regex.Pattern;

/** Stack frames as text, {@code class.method(File.java:line)}, and what can be told from them. */
public final class Frames {
  /** Numbers that a compiler or the runtime makes up: lambdas, proxies, hidden classes. */
  private static final Pattern HIDDEN_SUFFIX = Pattern.compile("[./+]0x[0-9a-fA-F]+");

  private static final Pattern LAMBDA_CLASS = Pattern.compile("\\$\\$Lambda(\\$\\d+)?");
  private static final Pattern LAMBDA_METHOD = Pattern.compile("lambda\\$([^$]*)\\$\\d+");
  private static final Pattern GENERATED = Pattern.compile("(\\$Proxy|Accessor)\\d+");

  private Frames() {}

  /** Class and method without place: {@code java.lang.Thread.join}. */
  public static String method(String frame) {
    int end = frame.indexOf('(');
    return end < 0 ? frame : frame.substring(0, end);
  }

  /** Class and method with every made-up number taken out: the same after a rebuild or restart. */
  public static String normalised(String frame) {
    String text = HIDDEN_SUFFIX.matcher(method(frame)).replaceAll("");
    text = LAMBDA_CLASS.matcher(text).replaceAll("\\$\\$Lambda");
    text = LAMBDA_METHOD.matcher(text).replaceAll("lambda\\$$1");
    return GENERATED.matcher(text).replaceAll("$1");
  }

  /** Whether a frame belongs to the JDK. */
  public static boolean isJdk(String frame) {
    return frame.startsWith("java.")
        || frame.startsWith("javax.")
        || frame.startsWith("jdk.")
        || frame.startsWith("sun.")
        || frame.startsWith("com.sun.");
  }

  /** Whether a frame belongs to the class behind a lambda, which most stack traces leave out. */
  public static boolean isHidden(String frame) {
    return frame.contains("$$Lambda");
  }

  /** Whether any frame is of the given class and method, such as {@code java.lang.Thread.join}. */
  public static boolean contains(List<String> stack, String method) {
    return stack.stream().anyMatch(frame -> method(frame).equals(method));
  }
}
