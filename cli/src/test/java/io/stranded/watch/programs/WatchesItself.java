package io.stranded.watch.programs;

import io.stranded.finding.FindingSink;
import io.stranded.finding.LeakProfile;
import io.stranded.report.ProfileJson;
import io.stranded.watch.DumpBudget;
import io.stranded.watch.Sidecar;
import io.stranded.watch.SidecarBuilder;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * An application that embeds the sidecar and prints its reports. With {@code stop} as its second
 * argument it ends the watch while the first report is written to a channel.
 */
public final class WatchesItself {
  private WatchesItself() {}

  public static void main(String[] args) throws IOException {
    boolean stop = args.length > 1 && args[1].equals("stop");
    Thread leaked = new Thread(WatchesItself::waitForEver, "leaked");
    leaked.setDaemon(true);
    leaked.start();
    leaked = null;
    SidecarBuilder builder =
        Sidecar.builder(new Printed(stop))
            .minAge(Duration.ofSeconds(2))
            .interval(Duration.ofMillis(200))
            .snapshotInterval(Duration.ofSeconds(1))
            .dumpBudget(new DumpBudget(true, Duration.ZERO, 1, Long.MAX_VALUE, 0, Optional.empty()))
            .dumpDirectory(Path.of(args[0]))
            .log(System.err::println);
    try {
      var unused = (stop ? builder : builder.once()).build().watchOwnJvm();
    } catch (InterruptedException e) {
      System.out.println("STOPPED");
    }
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Printed implements FindingSink {
    private final boolean stop;

    Printed(boolean stop) {
      this.stop = stop;
    }

    @Override
    public void accept(LeakProfile profile) throws IOException {
      System.out.println("PROFILE " + ProfileJson.toLine(profile));
      if (stop) {
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      }
    }

    @Override
    public void close() {}
  }
}
