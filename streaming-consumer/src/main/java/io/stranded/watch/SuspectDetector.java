package io.stranded.watch;

import io.stranded.finding.Finding;
import java.util.List;

/** Knows one way not to get on that no heap proves, and tells it from what healthy threads do. */
interface SuspectDetector {
  /** Whether it must know in what the kernel has the thread wait, before it can tell. */
  boolean asksKernel(SeenThread thread);

  /** The threads that are in it, a finding for each place. */
  List<Finding> find(SuspectLook look);
}
