package io.stranded.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an endpoint shows. Used by several threads. */
public interface Site {
  /** The numbers for monitoring. */
  List<Metric> metrics();

  /** Why the work cannot be done; empty if it can. */
  Optional<String> unready();

  /** What the page shows now. */
  PageState page();

  /** What there is beside metrics, page and health, by paths. */
  Map<String, Route> routes();

  /** Another number after each change that the page is to show at once. */
  long version();

  /** Takes note of how numbers go; every ten seconds. */
  void sample(Instant now);
}
