package io.stranded.watch;

import io.stranded.internal.source.JmxAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which JVMs to watch.
 *
 * @param pids processes of this machine
 * @param addresses JVMs that listen for JMX
 * @param mainClasses all of this machine whose main class or jar matches, now and later; empty for
 *     none but those above
 */
public record TargetChoice(
    List<Long> pids, List<JmxAddress> addresses, Optional<Pattern> mainClasses) {
  public TargetChoice {
    pids = List.copyOf(pids);
    addresses = List.copyOf(addresses);
  }

  /** Whether it is one JVM whatever happens. */
  boolean isOne() {
    return mainClasses.isEmpty() && pids.size() + addresses.size() == 1;
  }
}
