package io.stranded.internal.stack;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whose frames tell little of an application that runs on them. Reports fold them as they fold the
 * JDK's; no verdict looks at this.
 */
public final class Frameworks {
  /**
   * System property with prefixes of class names beside those known here, separated by commas;
   * {@code none} among them leaves those out.
   */
  public static final String PROPERTY = "stranded.fold";

  private static final List<String> KNOWN =
      List.of(
          "org.springframework.",
          "org.apache.catalina.",
          "org.apache.coyote.",
          "org.apache.tomcat.",
          "org.eclipse.jetty.",
          "io.undertow.",
          "org.jboss.",
          "org.xnio.",
          "io.netty.",
          "reactor.",
          "io.reactivex.",
          "rx.internal.",
          "io.vertx.",
          "io.quarkus.",
          "io.micronaut.",
          "io.grpc.",
          "jakarta.",
          "org.hibernate.",
          "org.aopalliance.",
          "net.bytebuddy.",
          "kotlin.",
          "kotlinx.coroutines.",
          "scala.",
          "akka.",
          "org.apache.pekko.",
          "groovy.",
          "org.codehaus.groovy.",
          "org.junit.");

  private static final List<String> FOLDED = folded(System.getProperty(PROPERTY, ""));

  private Frameworks() {}

  /** Whether a frame belongs to one of them. */
  public static boolean has(String frame) {
    return has(FOLDED, frame);
  }

  /** Whether a frame is folded: one of them, or the JDK's. */
  public static boolean folds(String frame) {
    return Frames.isJdk(frame) || has(frame);
  }

  /**
   * The frames of a stack that tell of the application. Where it has none, those of frameworks;
   * never those of the JDK.
   */
  public static List<String> own(List<String> stack) {
    List<String> own = stack.stream().filter(frame -> !folds(frame)).toList();
    return own.isEmpty() ? stack.stream().filter(frame -> !Frames.isJdk(frame)).toList() : own;
  }

  static boolean has(List<String> prefixes, String frame) {
    for (String prefix : prefixes) {
      if (frame.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** The prefixes for a value of the property. */
  static List<String> folded(String property) {
    List<String> given =
        Arrays.stream(property.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    if (given.contains("none")) {
      return given.stream().filter(prefix -> !prefix.equals("none")).toList();
    }
    return Stream.concat(KNOWN.stream(), given.stream()).toList();
  }
}
