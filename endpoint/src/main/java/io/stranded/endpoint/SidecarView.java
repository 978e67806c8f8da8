package io.stranded.endpoint;

import io.stranded.finding.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sidecar, as far as it is shown. Used by several threads. */
public interface SidecarView {
  /** How things stand with each JVM, in the order of their names. */
  List<TargetView> targets();

  /** How delivery stands; empty where nothing is delivered. */
  Optional<DeliveryView> delivery();

  /** Why it cannot do its work; empty if it can. */
  Optional<String> unready();

  /** The version of the program. */
  String version();

  /**
   * Asks each JVM for all its platform threads, which stops it for a moment.
   *
   * @throws IOException if one does not answer; one line
   */
  Map<Target, List<ThreadView>> threads() throws IOException, InterruptedException;
}
