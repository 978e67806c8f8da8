package io.stranded.internal.recording;

import io.stranded.internal.stack.Frames;
import io.stranded.internal.stack.Frameworks;
import java.util.List;
import java.util.regex.Pattern;

/** Stack frames as {@code class.method(File.java:line)}. */
public final class FrameText {
  private static final Pattern MODULE_IN_PARENTHESES = Pattern.compile("\\([^()/]*/");
  private static final Pattern MODULE_IN_FRONT = Pattern.compile("^[\\w.@+-]*/(/|[\\w.@+-]*/)?");

  /** Frames of our agent, which sits inside {@code start()}, and of the JDK below it. */
  private static final Pattern STARTING =
      Pattern.compile(
          "^(io\\.stranded\\.(events|agent)\\.|java\\.util\\.concurrent\\.locks\\.StrandedHooks\\."
              + "|java\\.lang\\.(Thread|VirtualThread|ThreadBuilders\\$\\w+)\\.start"
              + "|java\\.lang\\.System\\$\\d+\\.start)");

  private static final Pattern ANY_THREADS =
      Pattern.compile(
          "^java\\.(lang\\.(Virtual)?Thread\\.|util\\.concurrent\\.ThreadPoolExecutor(\\$Worker\\.run|\\.runWorker)\\()");

  private FrameText() {}

  /**
   * A frame that was recorded without its file: that of a class is named after its outermost class,
   * which Java requires of public ones only.
   */
  public static String format(String type, String method, int line) {
    int end = type.indexOf('$');
    String outer = end > 0 ? type.substring(0, end) : type;
    String file = outer.substring(outer.lastIndexOf('.') + 1) + ".java";
    return type + "." + method + "(" + file + (line > 0 ? ":" + line : "") + ")";
  }

  /** The frame without module and version, which thread dumps and stack trace elements put in. */
  public static String plain(String frame) {
    String inside = MODULE_IN_PARENTHESES.matcher(frame).replaceFirst("(");
    int slash = inside.indexOf('/');
    int parenthesis = inside.indexOf('(');
    // Names of hidden classes have a slash of their own, behind the dollar.
    int dollar = inside.indexOf('$');
    boolean module = slash >= 0 && slash < parenthesis && (dollar < 0 || slash < dollar);
    return module ? MODULE_IN_FRONT.matcher(inside).replaceFirst("") : inside;
  }

  /** The class of an object that is printed as {@code a.B@1f2e3d}. */
  public static String typeOf(String object) {
    int at = object.lastIndexOf('@');
    return at < 0 ? object : object.substring(0, at);
  }

  /**
   * The stack without classes that the compiler made for lambdas: some JDKs show them and some
   * sources do, others do not, and the same wait must look the same.
   */
  public static List<String> visible(List<String> stack) {
    return stack.stream().filter(frame -> !Frames.isHidden(frame)).toList();
  }

  /** The stack of whoever started a thread, from the call of {@code start()} on. */
  public static List<String> creator(List<String> stack) {
    List<String> rest = visible(stack);
    int from = 0;
    while (from < rest.size() && STARTING.matcher(rest.get(from)).find()) {
      from++;
    }
    return rest.subList(from, rest.size());
  }

  /**
   * A place to name a stack by: its innermost frame of the application; of one that is the JDK's
   * alone, the outermost that tells more than that it is a thread's.
   */
  static String place(List<String> stack) {
    if (stack.isEmpty()) {
      return "an unknown place";
    }
    int outermost = stack.size() - 1;
    while (outermost > 0 && ANY_THREADS.matcher(stack.get(outermost)).find()) {
      outermost--;
    }
    String ofJdk = stack.get(outermost);
    return Frameworks.own(stack).stream().findFirst().orElse(ofJdk);
  }
}
