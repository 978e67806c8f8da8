package io.stranded.endpoint;

import io.stranded.finding.LeakProfile;
import io.stranded.finding.Target;
import java.util.List;
import java.util.Optional;

/**
 * Which JVMs a request is about.
 *
 * @param pid of one; empty for any
 * @param service of one; empty for any
 */
record JvmChoice(Optional<Long> pid, Optional<String> service) {
  private static final int MOST_DIGITS = 18;

  /**
   * As {@code pid} and {@code service} say.
   *
   * @throws IllegalArgumentException if there can be no such process; one line
   */
  static JvmChoice of(Request request) {
    return new JvmChoice(
        request.parameter("pid").map(JvmChoice::pid), request.parameter("service"));
  }

  /** Whether it is about a JVM. */
  boolean has(Target target) {
    return pid.map(wanted -> wanted == target.pid()).orElse(true)
        && service.map(target.serviceName()::equals).orElse(true);
  }

  /** Those of such JVMs, and of JVMs that are not known. */
  List<LeakProfile> of(List<LeakProfile> profiles) {
    return profiles.stream()
        .filter(profile -> profile.target().map(this::has).orElse(true))
        .toList();
  }

  private static long pid(String text) {
    if (!text.matches("\\d{1," + MOST_DIGITS + "}")) {
      throw new IllegalArgumentException("invalid value for \"pid\" - must be a process id");
    }
    return Long.parseLong(text);
  }
}
