package io.stranded.benchmarks.readers;

import java.io.File;
import org.openjdk.jmc.common.item.Aggregators;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/** Loads a recording with JDK Mission Control, and does nothing with it. */
public final class MissionControlReader {
  private MissionControlReader() {}

  public static void main(String[] args) throws Exception {
    System.out.println(
        "events "
            + JfrLoaderToolkit.loadEvents(new File(args[0]))
                .getAggregate(Aggregators.count())
                .longValue());
  }
}
